import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import type { CursorBounds, EventLog, LogCursor, LogEntry } from '../../src/log/types.ts';
import { type OneBotEvent, readBotFrame } from '../../src/onebot/bot-frame.ts';

export interface LogEngine {
  readonly name: string;
  /** Whether events that don't fit into memory can be read back. */
  readonly durable: boolean;
  /** An empty log that is closed after the test. */
  readonly open: (t: TestContext, bounds: LogBounds) => Promise<EventLog>;
}

export interface LogBounds extends CursorBounds {
  readonly maxMemoryBytes: number;
}

const UNBOUNDED: LogBounds = { maxAgeMs: 60_000, maxEvents: 1_000, maxBytes: 1e9, maxMemoryBytes: 1e9 };

/** A message that carries `n` and so many bytes of padding. */
export function event(n: number, padding = 100, selfId = 1): OneBotEvent {
  const frame = readBotFrame(
    Buffer.from(`{"post_type":"message","self_id":${selfId},"n":${n},"pad":"${'x'.repeat(padding)}"}`),
  );
  return frame.kind === 'event' ? frame.event : assert.fail();
}

export function numberOf(entry: Pick<LogEntry, 'event'> | undefined): number | undefined {
  return entry === undefined ? undefined : JSON.parse(String(entry.event.bytes)).n;
}

/** Reads all that waits and acknowledges it. */
export function drain(cursor: LogCursor): number[] {
  const numbers: number[] = [];
  for (let entry = cursor.take(); entry !== undefined; entry = cursor.take()) {
    numbers.push(numberOf(entry) ?? -1);
    cursor.acknowledge(entry);
  }
  return numbers;
}

/** What every engine owes its readers. */
export function testCursors(engine: LogEngine): void {
  const make = (t: TestContext, bounds: Partial<LogBounds> = {}) => engine.open(t, { ...UNBOUNDED, ...bounds });

  test(`${engine.name}: each cursor reads every event it is for, once and in order`, async (t) => {
    const log = await make(t);
    for (let n = 0; n < 5; n += 1) await log.append(event(n), n % 2 === 0 ? ['a', 'b'] : ['b']);
    assert.deepEqual(drain(log.cursor('a')), [0, 2, 4]);
    assert.deepEqual(drain(log.cursor('b')), [0, 1, 2, 3, 4]);
    assert.equal(log.cursor('a').waitingEvents, 0);
    assert.equal(log.cursor('a').waitingBytes, 0);
  });

  test(`${engine.name}: a reader is told when an empty cursor has something to give`, async (t) => {
    const log = await make(t);
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

  test(`${engine.name}: what is set aside holds nothing up, and comes in order when it is taken up`, async (t) => {
    const log = await make(t);
    const cursor = log.cursor('a');
    for (let n = 0; n < 5; n += 1) await log.append(event(n), ['a']);
    const [first, second, third] = [cursor.take(), cursor.take(), cursor.take()];
    assert.ok(first !== undefined && second !== undefined && third !== undefined);
    cursor.setAside(third);
    cursor.setAside(first);
    assert.deepEqual([cursor.asideEvents, cursor.waitingEvents], [2, 5]);
    cursor.giveBack(second);
    assert.equal(numberOf(cursor.take()), 1);
    cursor.takeUp('99');
    assert.equal(cursor.asideEvents, 2);
    cursor.takeUp('1');
    assert.equal(cursor.asideEvents, 0);
    cursor.rewind();
    assert.deepEqual(drain(cursor), [0, 1, 2, 3, 4]);
    assert.deepEqual([cursor.waitingEvents, cursor.waitingBytes], [0, 0]);
  });

  test(`${engine.name}: what is set aside is given out again by a rewind, and forgotten with its cursor`, async (t) => {
    const log = await make(t);
    const cursor = log.cursor('a');
    for (let n = 0; n < 3; n += 1) await log.append(event(n), ['a']);
    for (let n = 0; n < 2; n += 1) cursor.setAside(cursor.take() ?? assert.fail());
    cursor.rewind();
    assert.deepEqual([numberOf(cursor.take()), numberOf(cursor.take())], [0, 1]);
    cursor.rewind();
    cursor.setAside(cursor.take() ?? assert.fail());
    assert.equal(log.remove('a'), 3);
    assert.equal(cursor.waitingBytes, 0);
  });

  test(`${engine.name}: what waits of one bot can be dropped, that of others stays`, async (t) => {
    const log = await make(t);
    const cursor = log.cursor('a');
    const other = readBotFrame(Buffer.from('{"post_type":"message","self_id":2,"n":9}'));
    for (let n = 0; n < 3; n += 1) await log.append(event(n), ['a']);
    await log.append(other.kind === 'event' ? other.event : assert.fail(), ['a']);
    cursor.setAside(cursor.take() ?? assert.fail());
    assert.equal(cursor.drop('1'), 3);
    assert.equal(cursor.drop('1'), 0);
    assert.deepEqual(drain(cursor), [9]);
    assert.deepEqual([cursor.waitingEvents, cursor.waitingBytes], [0, 0]);
  });

  test(`${engine.name}: what is set aside is held to the bounds, the oldest goes first`, async (t) => {
    const log = await make(t, { maxEvents: 3 });
    const cursor = log.cursor('a');
    for (let n = 0; n < 3; n += 1) await log.append(event(n), ['a']);
    for (let n = 0; n < 3; n += 1) cursor.setAside(cursor.take() ?? assert.fail());
    for (let n = 3; n < 5; n += 1) await log.append(event(n), ['a']);
    assert.equal(cursor.dropped.overflow, 2);
    cursor.takeUp('1');
    assert.deepEqual(drain(cursor), [2, 3, 4]);
  });

  test(`${engine.name}: what is in flight is given out again in order, before what came later`, async (t) => {
    const log = await make(t);
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

  test(`${engine.name}: removing a cursor says how many waited, and is refused while something is in flight`, async (t) => {
    const log = await make(t);
    for (let n = 0; n < 3; n += 1) await log.append(event(n), ['a']);
    const cursor = log.cursor('a');
    cursor.take();
    assert.throws(() => log.remove('a'), /in flight/);
    assert.equal(cursor.waitingEvents, 3);
    cursor.rewind();
    assert.equal(log.remove('a'), 3);
    assert.deepEqual(log.cursorNames(), []);
  });

  test(`${engine.name}: whatever a reader does, it gets every event in order and none after its acknowledgement`, async (t) => {
    const steps = fc.array(
      fc.constantFrom(...(['append', 'append', 'take', 'take', 'acknowledge', 'giveBack', 'rewind'] as const)),
    );
    await fc.assert(
      fc.asyncProperty(steps, fc.nat(), async (list, seed) => {
        const reader = new CheckedReader(await make(t), seed);
        for (const step of list) reader[step]();
      }),
    );
  });
}

/** What every engine keeps, and for how long. */
export function testBounds(engine: LogEngine): void {
  const make = (t: TestContext, bounds: Partial<LogBounds> = {}) => engine.open(t, { ...UNBOUNDED, ...bounds });

  test(`${engine.name}: past the number of events the oldest go, and are counted`, async (t) => {
    const log = await make(t, { maxEvents: 3 });
    for (let n = 0; n < 10; n += 1) await log.append(event(n), ['a']);
    assert.deepEqual(drain(log.cursor('a')), [7, 8, 9]);
    assert.deepEqual(log.cursor('a').dropped, { tooOld: 0, overflow: 7, unreadable: 0 });
  });

  test(`${engine.name}: past the number of bytes the oldest go, but one event alone stays whatever its size`, async (t) => {
    const log = await make(t, { maxBytes: 1_000 });
    await log.append(event(0, 10), ['a']);
    await log.append(event(1, 5_000), ['a']);
    assert.deepEqual(drain(log.cursor('a')), [1]);
  });

  test(`${engine.name}: what has waited too long goes`, async (t) => {
    t.mock.timers.enable({ apis: ['setInterval'] });
    const log = await make(t, { maxAgeMs: 0 });
    await log.append(event(0), ['a']);
    await new Promise((resolve) => setImmediate(resolve));
    t.mock.timers.tick(5_000);
    assert.deepEqual(drain(log.cursor('a')), []);
    assert.equal(log.cursor('a').dropped.tooOld, 1);
  });

  test(`${engine.name}: memory is bounded, and a reader that keeps up loses nothing to one that does not`, async (t) => {
    const log = await make(t, { maxMemoryBytes: 10_000 });
    const quick = log.cursor('quick');
    const read: number[] = [];
    for (let n = 0; n < 500; n += 1) {
      await log.append(event(n), ['quick', 'slow']);
      read.push(...drain(quick));
    }
    assert.equal(read.length, 500);
    const slow = drain(log.cursor('slow'));
    assert.equal(slow.at(-1), 499, 'the newest is kept');
    if (engine.durable) assert.equal(slow.length, 500, 'what is not in memory is read back');
    else assert.ok(slow.length < 100);
  });

  test(`${engine.name}: with max_age 0 nothing waits for a reader that is away`, async (t) => {
    const log = await make(t, { maxAgeMs: 0 });
    const cursor = log.cursor('a');
    await log.append(event(0), ['a']);
    cursor.setReader(() => {});
    await log.append(event(1), ['a']);
    const taken = cursor.take();
    assert.equal(numberOf(taken), 1);
    cursor.setReader(undefined);
    cursor.rewind();
    assert.equal(cursor.take(), undefined);
    assert.equal(cursor.dropped.tooOld, 2);
  });

  test(`${engine.name}: dead letters are listed oldest first, taken out with their bytes, or dropped`, async (t) => {
    const { deadLetters } = await make(t);
    for (let n = 0; n < 3; n += 1)
      deadLetters.add({ server: 'a', event: event(n), reason: 'answered with 403', status: 403 });
    deadLetters.add({ server: 'b', event: event(3), reason: 'answered with 404', status: 404 });
    assert.deepEqual(
      deadLetters.list().map(({ server, status }) => [server, status]),
      [
        ['a', 403],
        ['a', 403],
        ['a', 403],
        ['b', 404],
      ],
    );
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(
      deadLetters.take('a').map((each) => numberOf({ event: each })),
      [0, 1, 2],
    );
    assert.deepEqual(deadLetters.list('a'), []);
    assert.equal(deadLetters.drop('b'), 1);
    assert.deepEqual(deadLetters.list(), []);
  });

  test(`${engine.name}: the last 1,000 dead letters of a server are kept`, async (t) => {
    const { deadLetters } = await make(t);
    for (let n = 0; n < 1_010; n += 1) deadLetters.add({ server: 'a', event: event(n, 0), reason: 'x' });
    assert.equal(deadLetters.list('a').length, 1_000);
    assert.equal(numberOf({ event: deadLetters.take('a')[0] ?? assert.fail() }), 10);
  });
}

/** Reads one cursor and checks what it is given. */
class CheckedReader {
  readonly #log: EventLog;
  readonly #cursor: LogCursor;
  readonly #held = new Map<number, LogEntry>();
  readonly #done = new Set<number>();
  readonly #seed: number;
  #appended = 0;

  constructor(log: EventLog, seed: number) {
    this.#log = log;
    this.#cursor = log.cursor('a');
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
