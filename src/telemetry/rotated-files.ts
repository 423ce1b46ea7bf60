import { open, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

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

/** Deletes all rotated files in the folder of `file` but the `keep` newest. */
export async function pruneRotated(file: string, keep: number): Promise<void> {
  const folder = dirname(file);
  const rotated = (await rotatedFiles(folder)).filter(({ name }) => name !== basename(file));
  rotated.sort((a, b) => b.date.localeCompare(a.date) || b.count - a.count);
  for (const { name } of rotated.slice(keep)) await rm(join(folder, name), { force: true });
}

/** Takes the next free name by creating it: two daemons that share the folder never overwrite each other's file. */
async function reserve(folder: string, date: string): Promise<string> {
  const taken = (await rotatedFiles(folder)).filter((rotated) => rotated.date === date).map(({ count }) => count);
  for (let count = Math.max(0, ...taken) + 1; ; count += 1) {
    const target = join(folder, `${date}-${count}.log`);
    try {
      await (await open(target, 'wx')).close();
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
