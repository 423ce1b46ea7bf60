import { accessSync, constants, existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errorCode } from './network-error.ts';

/**
 * Makes a folder for its owner alone, and the folders above it.
 *
 * @throws The error of the system that tells why.
 */
export async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw causeOfNoFolder(path, error);
  }
}

/** Why a folder could not be made. On a read-only file system Node's recursive mkdir says ENOENT, which names no cause. */
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
