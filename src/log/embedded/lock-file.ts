import { randomBytes } from 'node:crypto';
import { closeSync, linkSync, openSync, readFileSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { uptime } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { errorCode } from '../../support/network-error.ts';

/** The process that has locked a folder. */
export interface LockMark {
  readonly pid: string;
  /**
   * Distinguishes a process from a later one with the same id: in a container the id is always 1. Empty where the
   * system does not tell.
   */
  readonly start: string;
  /** Version 1.0.0 does not write this field and the ones after it. */
  readonly host?: string;
  readonly configFile?: string;
}

/** This process as text: `<pid> <start> <JSON of the other fields>`. Version 1.0.0 reads the first two words. */
export function writeMark(more: Pick<LockMark, 'host' | 'configFile'>): string {
  return `${process.pid} ${startOf(process.pid) ?? ''} ${JSON.stringify(more)}\n`;
}

/** Undefined for text that is not a complete mark. */
export function readMark(mark: string): LockMark | undefined {
  const [, pid, start = '', json = '{}'] = /^(\d+) (\S*)(?: (\{.*\})\n)?$/.exec(mark) ?? [];
  if (pid === undefined) return undefined;
  try {
    const { host, configFile } = JSON.parse(json) as Readonly<Record<string, unknown>>;
    const more = {
      ...(typeof host === 'string' ? { host } : {}),
      ...(typeof configFile === 'string' ? { configFile } : {}),
    };
    return { pid, start, ...more };
  } catch {
    return undefined;
  }
}

export type FileClaim =
  | { readonly kind: 'mine'; readonly release: () => void }
  | { readonly kind: 'taken'; readonly mark: string };

/**
 * Locks a folder by a file in it. If the file is empty or half written, its process may just be writing it, so this
 * waits up to a second.
 *
 * @param isHeld Whether the process of a mark is alive. The mark may be incomplete.
 */
export async function claimByFile(file: string, mark: string, isHeld: (mark: string) => boolean): Promise<FileClaim> {
  for (let attempt = 0; ; attempt += 1) {
    if (create(file, mark)) return { kind: 'mine', release: () => removeOwn(file, mark) };
    const found = await readSettled(file);
    if (found === undefined) continue;
    if (isHeld(found) || attempt === MAX_ATTEMPTS) return { kind: 'taken', mark: found };
    removeStale(file, found);
  }
}

function create(file: string, mark: string): boolean {
  try {
    const handle = openSync(file, 'wx', 0o600);
    writeSync(handle, mark);
    closeSync(handle);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  }
}

/** The contents of the file. Undefined when the file does not exist any more. */
async function readSettled(file: string): Promise<string | undefined> {
  for (let waitedMs = 0; ; waitedMs += POLL_MS) {
    const found = readIfThere(file);
    if (found === undefined || readMark(found) !== undefined || waitedMs >= SETTLE_MS) return found;
    await delay(POLL_MS);
  }
}

/**
 * Removes a stale file. Another process may have replaced it by a file of its own, so this renames it first, looks at
 * it, and puts it back if it is not the stale one.
 */
function removeStale(file: string, stale: string): void {
  const aside = `${file}.${randomBytes(6).toString('hex')}`;
  try {
    renameSync(file, aside);
    if (readIfThere(aside) !== stale) linkSync(aside, file);
  } catch (error) {
    // Another process was faster.
    if (!['ENOENT', 'EEXIST'].includes(errorCode(error) ?? '')) throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

function removeOwn(file: string, mark: string): void {
  if (readIfThere(file) === mark) rmSync(file, { force: true });
}

function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

/**
 * Whether the process that a lock file names is alive, as far as this process can see.
 *
 * @param isExclusive True when this process holds the folder's socket. Then only a version without sockets can be
 *   alive.
 */
export function isHeldByPid(mark: string, file: string, isExclusive: boolean): boolean {
  const found = readMark(mark);
  if (found === undefined || (isExclusive && found.host !== undefined)) return false;
  const pid = Number(found.pid);
  const now = startOf(pid);
  if (now !== undefined) return now === found.start;
  if (pid === process.pid || isFromBeforeBoot(file)) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
}

/** For systems that don't tell when a process started. After a reboot another program may have the same process id. */
function isFromBeforeBoot(file: string): boolean {
  const changedAt = statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return changedAt < Date.now() - uptime() * 1_000;
}

/** On Linux: the boot, and the clock ticks from the boot until the process started. Undefined on other systems. */
function startOf(pid: number): string | undefined {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // proc(5): the command's name may hold blanks. After it come field 3 (state) and, as the 20th from there, field 22
    // (start).
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // A zombie has ended. Only its parent has not noticed yet.
    if (fields[0] === 'Z' || fields[0] === 'X') return 'ended';
    return `${boot}:${fields[19]}`;
  } catch {
    // The process does not exist, or the system has no /proc.
    return undefined;
  }
}

const MAX_ATTEMPTS = 20;
const SETTLE_MS = 1_000;
const POLL_MS = 50;
