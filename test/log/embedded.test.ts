import assert from 'node:assert/strict';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { LmdbStore } from '../../src/log/embedded/lmdb-store.ts';
import { SharedLog } from '../../src/log/shared-log.ts';
import type { CursorBounds } from '../../src/log/types.ts';
import { BridgeError } from '../../src/support/errors.ts';
import { silentLogger } from '../../src/support/logger.ts';
import { drain, event } from '../conformance/event-log.ts';

const BOUNDS: CursorBounds = { maxAgeMs: 60_000, maxEvents: 10_000, maxBytes: 1e9 };

function tempDir(t: TestContext): string {
  const dir = mkdtempSync(join(tmpdir(), 'qqbridge-log-'));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

async function openLog(dir: string, bounds = BOUNDS): Promise<SharedLog> {
  const store = await LmdbStore.open({ dataDir: dir, configFile: 'config.yml', logger: silentLogger });
  return new SharedLog({ store, boundsOf: () => bounds, maxMemoryBytes: 1e9, logger: silentLogger });
}

test('what waits is there again after the log was closed and opened, what is done with is not', async (t) => {
  const dir = tempDir(t);
  const log = await openLog(dir);
  for (let n = 0; n < 10; n += 1) await log.append(event(n), ['a', 'b/10001']);
  const cursor = log.cursor('a');
  for (let n = 0; n < 4; n += 1) cursor.acknowledge(cursor.take() ?? assert.fail());
  cursor.take();
  log.deadLetters.add({ server: 'a', event: event(99), reason: 'answered with 403', status: 403 });
  await log.close();

  const again = await openLog(dir);
  assert.deepEqual(drain(again.cursor('a')), [4, 5, 6, 7, 8, 9], 'what was in flight comes again');
  assert.deepEqual(drain(again.cursor('b/10001')), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  assert.equal(again.deadLetters.list('a')[0]?.status, 403);
  assert.equal(again.deadLetters.take('a').length, 1);
  await again.append(event(10), ['a']);
  assert.deepEqual(drain(again.cursor('a')), [10]);
  await again.close();

  const empty = await openLog(dir);
  assert.equal(empty.cursor('a').waitingEvents + empty.cursor('b/10001').waitingEvents, 0);
  assert.deepEqual(empty.deadLetters.list(), []);
  await empty.close();
});

test('an appended event is safe when its promise settles: a copy of the files has it', async (t) => {
  const [dir, copy] = [tempDir(t), tempDir(t)];
  const log = await openLog(dir);
  for (let n = 0; n < 50; n += 1) {
    await log.append(event(n), ['a']);
    if (n % 10 !== 9) continue;
    rmSync(join(copy, 'events'), { recursive: true, force: true });
    // What a crash at this instant would leave, the lock of the dead process aside.
    cpSync(join(dir, 'events'), join(copy, 'events'), { recursive: true });
    rmSync(join(copy, 'events', 'bridge.lock'));
    const left = await openLog(copy);
    assert.equal(drain(left.cursor('a')).length, n + 1);
    await left.close();
  }
  await log.close();
});

test('freed space is used again: the file stays small however much passes', async (t) => {
  const dir = tempDir(t);
  const log = await openLog(dir, { ...BOUNDS, maxEvents: 100 });
  for (let n = 0; n < 200; n += 1) {
    await Promise.all(Array.from({ length: 50 }, () => log.append(event(n, 1_000), ['away'])));
  }
  await log.close();
  const bytes = readdirSync(join(dir, 'events')).reduce(
    (sum, name) => sum + statSync(join(dir, 'events', name)).size,
    0,
  );
  assert.ok(bytes < 3_000_000, `${bytes} bytes for 100 events of 1 kB, after 10,000`);
});

test('a log that was closed in order opens again, whatever passed through it', async (t) => {
  // Pages given back in the transaction that took them leave a file shorter than its first pages say.
  const dir = tempDir(t);
  for (let round = 0; round < 12; round += 1) {
    const log = await openLog(dir);
    for (let n = 0; n < 20; n += 1) void log.append(event(n, 500 * ((n * round) % 17)), ['a']);
    await log.append(event(20), ['a']);
    assert.equal(drain(log.cursor('a')).length, 21);
    await log.close();
  }
});

test('a second bridge is kept out of the folder, a dead one is not', async (t) => {
  const dir = tempDir(t);
  const log = await openLog(dir);
  await assert.rejects(
    () => openLog(dir),
    (error) => error instanceof BridgeError && error.code === 'STORE_IN_USE',
  );
  await log.close();
  writeFileSync(join(dir, 'events', 'bridge.lock'), '4194303 gone');
  await (await openLog(dir)).close();
  writeFileSync(join(dir, 'events', 'bridge.lock'), `${process.pid} an-earlier-process`);
  await (await openLog(dir)).close();
});

test('a store of a newer version is refused and left as it is', async (t) => {
  const dir = tempDir(t);
  await (await openLog(dir)).close();
  const { open } = await import('lmdb');
  const root = open<Buffer, string>({ path: join(dir, 'events'), maxDbs: 8, encoding: 'binary' });
  await root.put('format', Buffer.from('99'));
  await root.close();
  const isNewer = (error: unknown) => error instanceof BridgeError && error.code === 'STORE_NEWER';
  await assert.rejects(() => openLog(dir), isNewer);
  await assert.rejects(() => openLog(dir), isNewer, 'the first left no lock');
});

test('a file that is junk, cut short or damaged inside is refused with advice, and left as it is', async (t) => {
  const isBroken = (error: unknown) =>
    error instanceof BridgeError && error.code === 'STORE_BROKEN' && /move the folder away/.test(error.message);
  const damages: Record<string, (file: string) => void> = {
    junk: (file) => writeFileSync(file, Buffer.alloc(100_000, 'junk')),
    'a few bytes': (file) => writeFileSync(file, 'x'),
    'half of it': (file) => truncateSync(file, Math.floor(statSync(file).size / 2)),
    'the first page': (file) => truncateSync(file, 5_000),
    'blank pages': (file) => writeFileSync(file, readFileSync(file).fill(0, 8 * 4096)),
  };
  for (const [name, damage] of Object.entries(damages)) {
    const dir = tempDir(t);
    const log = await openLog(dir);
    for (let n = 0; n < 200; n += 1) void log.append(event(n, 3_000), ['a']);
    await log.close();
    damage(join(dir, 'events', 'data.mdb'));
    const size = statSync(join(dir, 'events', 'data.mdb')).size;
    await assert.rejects(() => openLog(dir), isBroken, name);
    assert.equal(statSync(join(dir, 'events', 'data.mdb')).size, size, name);
  }
});

test('a folder that can not be written is refused', async (t) => {
  const dir = tempDir(t);
  writeFileSync(join(dir, 'events'), 'a file in its place');
  await assert.rejects(
    () => openLog(dir),
    (error) => error instanceof BridgeError && error.code === 'HOME_UNWRITABLE',
  );
});
