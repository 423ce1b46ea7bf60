import { closeSync, openSync, readFileSync, rmSync, statSync, writeSync } from 'node:fs';
import { uptime } from 'node:os';
import { join } from 'node:path';
import { BridgeError } from '../../support/errors.ts';
import { errorCode } from '../../support/network-error.ts';
import { text } from '../../support/text.ts';

/**
 * Keeps a second bridge out of a folder: LMDB lets several processes in. The lock file names the process that has it;
 * one that is gone, killed or from before a reboot, holds it no more.
 */
export class FolderLock {
  readonly #file: string;

  /** @throws BridgeError STORE_IN_USE when a living process has it. */
  constructor(folder: string) {
    this.#file = join(folder, 'bridge.lock');
    const file = this.#file;
    // Twice at most: a stale lock is removed once, and whoever takes it first then has it.
    for (const isRetry of [false, true]) {
      try {
        const handle = openSync(file, 'wx', 0o600);
        writeSync(handle, ownMark());
        closeSync(handle);
        return;
      } catch (error) {
        if (errorCode(error) !== 'EEXIST') throw error;
        const owner = readFileSync(file, 'utf8');
        if (isRetry || isAlive(owner, file)) {
          const pid = owner.split(' ')[0];
          throw new BridgeError(
            'STORE_IN_USE',
            text`the event log in ${folder} is in use by process ${pid ?? ''}, another bridge`,
          );
        }
        rmSync(file, { force: true });
      }
    }
  }

  release(): void {
    rmSync(this.#file, { force: true });
  }
}

/** `<pid> <start>`: the start tells a process from a later one of the same id, as in a container, where it is always 1. */
function ownMark(): string {
  return `${process.pid} ${startOf(process.pid) ?? ''}`;
}

function isAlive(mark: string, file: string): boolean {
  const [pidText = '', start = ''] = mark.split(' ');
  const pid = Number(pidText);
  if (!Number.isInteger(pid) || pid <= 0) return false;
  const now = startOf(pid);
  if (now !== undefined) return now === start;
  if (pid === process.pid || isFromBeforeBoot(file)) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
}

/** For systems that tell no start: after a reboot another program may well have the id. */
function isFromBeforeBoot(file: string): boolean {
  return statSync(file).mtimeMs < Date.now() - uptime() * 1_000;
}

/** Where the system tells it (Linux): boot and clock ticks since then at which the process began. */
function startOf(pid: number): string | undefined {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // Behind the command's name, which may hold blanks, field 22 of proc(5) is the 20th.
    return `${boot}:${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]}`;
  } catch {
    // No such process, or a system without /proc.
    return undefined;
  }
}
