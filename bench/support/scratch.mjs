import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

let folder;
let count = 0;

/** The folder of this run, gone when it ends, also before its time. */
export function scratch() {
  if (folder === undefined) {
    folder = mkdtempSync(join(tmpdir(), 'qqbridge-bench-'));
    process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  }
  return folder;
}

/** A folder in it that nothing has used. */
export function newFolder(name) {
  count += 1;
  return mkdtempSync(join(scratch(), `${name}-${count}-`));
}
