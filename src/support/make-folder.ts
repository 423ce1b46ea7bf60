import { accessSync, constants, existsSync } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errorCode } from './network-error.ts';

/**
 * Makes a folder that only its owner may enter, and missing folders above it. Node's recursive mkdir is not used: it
 * never ends where the system says ENOENT although the parent folder exists, as in `/proc`.
 *
 * @throws The error of the system that names the cause.
 */
export async function makeFolder(path: string): Promise<void> {
  try {
    await makeOne(path);
  } catch (error) {
    const parent = dirname(path);
    if (errorCode(error) !== 'ENOENT' || parent === path) throw error;
    await makeFolder(parent);
    await makeOne(path);
  }
}

async function makeOne(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (error) {
    if (!(await isFolder(path))) throw error;
  }
}

async function isFolder(path: string): Promise<boolean> {
  return await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

/** Why Node's recursive mkdir could not make a folder. On a read-only file system it says ENOENT, which names no cause. */
export function causeOfNoFolder(path: string, error: unknown): unknown {
  if (errorCode(error) !== 'ENOENT') return error;
  let parent = dirname(path);
  while (!existsSync(parent) && parent !== dirname(parent)) parent = dirname(parent);
  try {
    accessSync(parent, constants.W_OK);
    return error;
  } catch (cause) {
    return cause;
  }
}
