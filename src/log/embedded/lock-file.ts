import { randomBytes } from 'node:crypto';
import { closeSync, linkSync, openSync, readFileSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { uptime } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { errorCode } from '../../support/network-error.ts';

/** Which process has a folder. */
export interface LockMark {
  readonly pid: string;
  /** Tells a process from a later one of the same id, as in a container, where it is always 1; empty where unknown. */
  readonly start: string;
  /** What follows is missing in the marks of version 1.0.0. */
  readonly host?: string;
  readonly configFile?: string;
}

/** This process, as text: `<pid> <start> <JSON of the rest>`, of which version 1.0.0 reads the first two words. */
export function writeMark(more: Pick<LockMark, 'host' | 'configFile'>): string {
  return `${process.pid} ${startOf(process.pid) ?? ''} ${JSON.stringify(more)}\n`;
}

/** Undefined for text that is no mark, or half of one. */
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
 * Claims a folder by a file in it. A file that is empty or half written is given a second: its process is just
 * writing it.
 *
 * @param isHeld Whether that mark, which may be broken, is of a process that lives.
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

/** What stands in the file; undefined when it has gone. */
async function readSettled(file: string): Promise<string | undefined> {
  for (let waitedMs = 0; ; waitedMs += POLL_MS) {
    const found = readIfThere(file);
    if (found === undefined || readMark(found) !== undefined || waitedMs >= SETTLE_MS) return found;
    await delay(POLL_MS);
  }
}

/** Moves the file aside before it is removed: it may be another one than the stale one by now, and is put back then. */
function removeStale(file: string, stale: string): void {
  const aside = `${file}.${randomBytes(6).toString('hex')}`;
  try {
    renameSync(file, aside);
    if (readIfThere(aside) !== stale) linkSync(aside, file);
  } catch (error) {
    // Another process was quicker.
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
 * Whether the process that a lock file names lives, as far as this process sees.
 *
 * @param isExclusive Nobody else has the folder's socket. Then only a version that makes no socket can live.
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

/** For systems that tell no start: after a reboot another program may well have the id. */
function isFromBeforeBoot(file: string): boolean {
  const changedAt = statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return changedAt < Date.now() - uptime() * 1_000;
}

/** Where the system tells it (Linux): boot and clock ticks since then at which the process began. */
function startOf(pid: number): string | undefined {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // Behind the command's name, which may hold blanks, come the fields 3 (state) and, as the 20th, 22 (start) of proc(5).
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // A zombie has ended; only its parent has not heard of it.
    if (fields[0] === 'Z' || fields[0] === 'X') return 'ended';
    return `${boot}:${fields[19]}`;
  } catch {
    // No such process, or a system without /proc.
    return undefined;
  }
}

const MAX_ATTEMPTS = 20;
const SETTLE_MS = 1_000;
const POLL_MS = 50;
