import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { MemoryLog } from '../../src/log/memory/memory-log.ts';
import type { LogCursor, LogEntry } from '../../src/log/types.ts';
import { type OneBotEvent, readBotFrame } from '../../src/onebot/bot-frame.ts';
import { silentLogger } from '../../src/support/logger.ts';

const PADDING = 100;

function event(n: number, padding = PADDING): OneBotEvent {
  const frame = readBotFrame(
    Buffer.from(`{"post_type":"message","self_id":1,"n":${n},"pad":"${'x'.repeat(padding)}"}`),
  );
  return frame.kind === 'event' ? frame.event : assert.fail();
}

function numberOf(entry: { event: OneBotEvent } | undefined): number | undefined {
  return entry === undefined ? undefined : JSON.parse(String(entry.event.bytes)).n;
}

function makeLog(
  bounds: Partial<{ maxAgeMs: number; maxEvents: number; maxBytes: number; maxTotalBytes: number }> = {},
) {
  const { maxAgeMs = 60_000, maxEvents = 1_000, maxBytes = 1e9, maxTotalBytes = 1e9 } = bounds;
  return new MemoryLog({ bounds: { maxAgeMs, maxEvents, maxBytes }, maxTotalBytes, logger: silentLogger });
}

function drain(cursor: LogCursor): number[] {
  const numbers: number[] = [];
  for (let entry = cursor.take(); entry !== undefined; entry = cursor.take()) {
    numbers.push(numberOf(entry) ?? -1);
    cursor.acknowledge(entry);
  }
  return numbers;
}

test('each cursor reads every event it is for, once and in order', async () => {
  const log = makeLog();
  for (let n = 0; n < 5; n += 1) await log.append(event(n), n % 2 === 0 ? ['a', 'b'] : ['b']);
  assert.deepEqual(drain(log.cursor('a')), [0, 2, 4]);
  assert.deepEqual(drain(log.cursor('b')), [0, 1, 2, 3, 4]);
  assert.equal(log.cursor('a').waitingEvents, 0);
  assert.equal(log.cursor('a').waitingBytes, 0);
});

test('a reader is told when an empty cursor has something to give', async () => {
  const log = makeLog();
  let calls = 0;
  log.cursor('a').setReader(() => {
    calls += 1;
  });
  await log.append(event(1), ['a']);
  await log.append(event(2), ['a']);
  assert.equal(calls, 1, 'not for each event that comes before it has read');
  drain(log.cursor('a'));
  await log.append(event(3), ['a']);
  assert.equal(calls, 2);
});

test('what is in flight is given out again in order, before what came later', async () => {
  const log = makeLog();
  const cursor = log.cursor('a');
  for (let n = 0; n < 4; n += 1) await log.append(event(n), ['a']);
  const [first, second, third] = [cursor.take(), cursor.take(), cursor.take()];
  assert.ok(first !== undefined && second !== undefined && third !== undefined);
  cursor.acknowledge(second);
  cursor.giveBack(third);
  assert.equal(numberOf(cursor.take()), 2);
  cursor.rewind();
  assert.deepEqual(drain(cursor), [0, 2, 3]);
});

test('past the number of events the oldest go, and are counted', async () => {
  const log = makeLog({ maxEvents: 3 });
  for (let n = 0; n < 10; n += 1) await log.append(event(n), ['a']);
  assert.deepEqual(drain(log.cursor('a')), [7, 8, 9]);
  assert.deepEqual(log.cursor('a').dropped, { tooOld: 0, overflow: 7 });
});

test('past the number of bytes the oldest go, but one event alone stays whatever its size', async () => {
  const log = makeLog({ maxBytes: 1_000 });
  await log.append(event(0, 10), ['a']);
  await log.append(event(1, 5_000), ['a']);
  assert.deepEqual(drain(log.cursor('a')), [1]);
});

test('what has waited too long goes', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] });
  const log = makeLog({ maxAgeMs: 0 });
  await log.append(event(0), ['a']);
  await new Promise((resolve) => setImmediate(resolve));
  t.mock.timers.tick(5_000);
  assert.deepEqual(drain(log.cursor('a')), []);
  assert.equal(log.cursor('a').dropped.tooOld, 1);
});

test('the whole log is bounded, and a reader that keeps up loses nothing to one that does not', async () => {
  const log = makeLog({ maxTotalBytes: 10_000 });
  const quick = log.cursor('quick');
  const read: number[] = [];
  for (let n = 0; n < 500; n += 1) {
    await log.append(event(n), ['quick', 'slow']);
    read.push(...drain(quick));
  }
  assert.equal(read.length, 500);
  assert.ok(log.cursor('slow').waitingBytes <= 10_000);
  assert.ok(drain(log.cursor('slow')).at(-1) === 499, 'the newest is kept');
});

test('removing a cursor says how many waited, in flight ones included', async () => {
  const log = makeLog();
  for (let n = 0; n < 3; n += 1) await log.append(event(n), ['a']);
  log.cursor('a').take();
  assert.equal(log.remove('a'), 3);
  assert.deepEqual(log.cursorNames(), []);
});

test('whatever a reader does, it gets every event in order and none after its acknowledgement', () => {
  const steps = fc.array(
    fc.constantFrom(...(['append', 'append', 'take', 'take', 'acknowledge', 'giveBack', 'rewind'] as const)),
  );
  fc.assert(
    fc.property(steps, fc.nat(), (list, seed) => {
      const reader = new CheckedReader(seed);
      for (const step of list) reader[step]();
    }),
  );
});

/** Reads one cursor and checks what it is given. */
class CheckedReader {
  readonly #log = makeLog();
  readonly #cursor = this.#log.cursor('a');
  readonly #held = new Map<number, LogEntry>();
  readonly #done = new Set<number>();
  readonly #seed: number;
  #appended = 0;

  constructor(seed: number) {
    this.#seed = seed;
  }

  append(): void {
    void this.#log.append(event(this.#appended, 0), ['a']);
    this.#appended += 1;
    this.#checkCount();
  }

  take(): void {
    const entry = this.#cursor.take();
    const n = numberOf(entry);
    if (entry === undefined || n === undefined) return;
    assert.ok(!this.#done.has(n) && !this.#held.has(n), `${n} came again`);
    for (let i = 0; i < n; i += 1) assert.ok(this.#done.has(i) || this.#held.has(i), `${n} came before ${i}`);
    this.#held.set(n, entry);
  }

  acknowledge(): void {
    const [n, entry] = this.#pick();
    if (entry === undefined) return;
    this.#cursor.acknowledge(entry);
    this.#held.delete(n);
    this.#done.add(n);
    this.#checkCount();
  }

  giveBack(): void {
    const [n, entry] = this.#pick();
    if (entry === undefined) return;
    this.#cursor.giveBack(entry);
    this.#held.delete(n);
  }

  rewind(): void {
    this.#cursor.rewind();
    this.#held.clear();
    this.#checkCount();
  }

  #pick(): [number, LogEntry | undefined] {
    return [...this.#held][this.#seed % Math.max(1, this.#held.size)] ?? [-1, undefined];
  }

  #checkCount(): void {
    assert.equal(this.#cursor.waitingEvents, this.#appended - this.#done.size);
  }
}
