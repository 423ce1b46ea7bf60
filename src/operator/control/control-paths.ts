import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join, resolve } from 'node:path';

/** Longest path of a unix socket that all systems take. */
const MAX_SOCKET_PATH = 103;

/**
 * Where a running daemon is spoken to on its own machine: in its data folder, and at a place that follows from the config
 * file alone, for one that was started with `--data`. On Windows a named pipe.
 */
export function controlPaths(configFile: string, dataDir: string): readonly string[] {
  const id = createHash('sha256').update(realPathOf(configFile)).digest('hex').slice(0, 16);
  if (process.platform === 'win32') return [`\\\\.\\pipe\\qqbridge-${id}`];
  const paths = [join(dataDir, 'control.sock'), join(tmpdir(), `qqbridge-${userInfo().uid}-${id}.sock`)];
  return paths.filter((path) => Buffer.byteLength(path) <= MAX_SOCKET_PATH);
}

function realPathOf(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return resolve(file); // It is not there; then neither is a daemon.
  }
}
