import { open, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isPlausibleWallClock } from '../support/clock.ts';

const ROTATED = /^(\d{4}-\d{2}-\d{2})-(\d+)\.log$/;

interface RotatedFile {
  readonly name: string;
  readonly date: string;
  readonly count: number;
}

/**
 * Renames a log file to `YYYY-MM-DD-N.log` beside it: the date of its last change, N counting up from 1. One that is
 * gone was rotated by another daemon just now, and all is well.
 */
export async function rotateAway(file: string): Promise<void> {
  const last = await stat(file).catch(() => undefined);
  if (last === undefined) return;
  const target = await reserve(dirname(file), localDate(last.mtime));
  try {
    await rename(file, target);
  } catch (error) {
    await rm(target, { force: true });
    if (!hasCode(error, 'ENOENT')) throw error;
  }
}

/**
 * Deletes the rotated files in the folder of `file` that were last written more than `keepDays` days ago. The newest 14
 * stay at any age, so that a bridge that runs once a month keeps its past. At most {@link MAX_FILES} stay, so that a
 * bridge that restarts all day does not fill the disk.
 */
export async function pruneRotated(file: string, keepDays: number): Promise<void> {
  const folder = dirname(file);
  const rotated = (await rotatedFiles(folder)).filter(({ name }) => name !== basename(file));
  const now = Date.now();
  // While the clock shows 1970 or 2099, nobody can tell how old a file is.
  const isClockRight = isPlausibleWallClock(now);
  const firstKept = isClockRight ? localDate(new Date(now - keepDays * DAY_MS)) : '';
  const tomorrow = isClockRight ? localDate(new Date(now + DAY_MS)) : '9999';
  // A date in the future comes from a time when the clock was wrong. Such a file counts as the oldest.
  const dayOf = ({ date }: RotatedFile) => (date > tomorrow ? '' : date);
  rotated.sort((a, b) => dayOf(b).localeCompare(dayOf(a)) || b.count - a.count);
  const isOld = (rotatedFile: RotatedFile, index: number) =>
    index >= MAX_FILES || (index >= MIN_FILES && dayOf(rotatedFile) < firstKept);
  for (const { name } of rotated.filter(isOld)) await rm(join(folder, name), { force: true });
}

const MIN_FILES = 14;
const MAX_FILES = 1_000;
const DAY_MS = 24 * 60 * 60 * 1_000;

/** Takes the next free name by creating it: two daemons that share the folder never overwrite each other's file. */
async function reserve(folder: string, date: string): Promise<string> {
  const taken = (await rotatedFiles(folder)).filter((rotated) => rotated.date === date).map(({ count }) => count);
  for (let count = Math.max(0, ...taken) + 1; ; count += 1) {
    const target = join(folder, `${date}-${count}.log`);
    try {
      await (await open(target, 'wx', 0o600)).close();
      return target;
    } catch (error) {
      if (!hasCode(error, 'EEXIST')) throw error;
    }
  }
}

async function rotatedFiles(folder: string): Promise<RotatedFile[]> {
  return (await readdir(folder)).flatMap((name) => {
    const [, date, count] = ROTATED.exec(name) ?? [];
    return date === undefined ? [] : [{ name, date, count: Number(count) }];
  });
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

function localDate(time: Date): string {
  const [month, day] = [time.getMonth() + 1, time.getDate()].map((part) => String(part).padStart(2, '0'));
  return `${time.getFullYear()}-${month}-${day}`;
}
