import { spawnSync } from 'node:child_process';
import { closeSync, openSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Why LMDB can't open the store in that folder; undefined when it can, or there is none yet.
 *
 * LMDB maps its file into memory: a file that is junk or cut short would end the whole process with a signal, without
 * a word. So its first two pages, which describe it, are looked at before; and where it is shorter than they say, which
 * may be right (pages given back in the transaction that took them are never written), a child process reads it first.
 */
export function faultOfStore(folder: string): string | undefined {
  const file = join(folder, 'data.mdb');
  const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
  if (size === 0) return undefined;
  const head = Buffer.alloc(2 * MAX_PAGE_BYTES);
  const handle = openSync(file, 'r');
  const bytes = readSync(handle, head, 0, head.length, 0);
  closeSync(handle);
  const pageBytes = bytes > PAGE_SIZE_AT + 4 ? head.readUInt32LE(PAGE_SIZE_AT) : 0;
  if (pageBytes < 512 || pageBytes > MAX_PAGE_BYTES || bytes < 2 * pageBytes)
    return 'the file is damaged at its beginning';
  const pages = [0, pageBytes].map((at) => readMeta(head, at));
  if (pages.some((page) => page === undefined)) return 'the file is damaged at its beginning';
  const newest = pages.reduce((a, b) => (a !== undefined && b !== undefined && b.transaction > a.transaction ? b : a));
  const isWhole = newest !== undefined && BigInt(size) >= (newest.lastPage + 1n) * BigInt(pageBytes);
  return isWhole || canBeRead(folder) ? undefined : 'the file is cut short';
}

/** Where things lie in the meta pages of the LMDB that the package `lmdb` is built with (its `lmdb.h`, `MDB_meta`). */
const MAGIC_AT = 24;
const PAGE_SIZE_AT = 48;
const LAST_PAGE_AT = 144;
const TRANSACTION_AT = 152;
const MAGIC = 0xbeefc0de;
const MAX_PAGE_BYTES = 65_536;

function readMeta(head: Buffer, at: number): { lastPage: bigint; transaction: bigint } | undefined {
  if (head.readUInt32LE(at + MAGIC_AT) !== MAGIC) return undefined;
  return { lastPage: head.readBigUInt64LE(at + LAST_PAGE_AT), transaction: head.readBigUInt64LE(at + TRANSACTION_AT) };
}

function canBeRead(folder: string): boolean {
  const { status } = spawnSync(process.execPath, [PROBE, folder], { stdio: 'ignore', timeout: PROBE_TIMEOUT_MS });
  return status === 0;
}

/** Beside this file, built like it. */
const PROBE = fileURLToPath(new URL(`./probe-store.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url));
const PROBE_TIMEOUT_MS = 60_000;
