import { execFile, spawnSync } from 'node:child_process';
import { promisify } from 'node:util';

/** Whether {@link limitFileSize} works here: with `prlimit` of util-linux, which needs no root. */
export const CAN_LIMIT_FILES =
  process.platform === 'linux' && spawnSync('prlimit', ['--version'], { stdio: 'ignore' }).status === 0;

/** Lets no file of that process grow beyond so many bytes: to it, a full disk. `unlimited` takes the limit away. */
export async function limitFileSize(pid: number, bytes: number | 'unlimited'): Promise<void> {
  // The soft limit alone: a plain user can raise that again.
  await promisify(execFile)('prlimit', [`--pid=${pid}`, `--fsize=${bytes}:`]);
}
