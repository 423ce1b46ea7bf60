import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import fc from 'fast-check';
import { SharedLog } from '../../src/log/shared-log.ts';
import type { LogEntry } from '../../src/log/types.ts';
import { silentLogger } from '../../src/support/logger.ts';
import { drain, event, numberOf } from '../conformance/event-log.ts';
import { eventually } from '../support/eventually.ts';
import { FlakyStore } from '../support/flaky-store.ts';

const BOUNDS = { maxAgeMs: 3_600_000, maxEvents: 1_000_000, maxBytes: 1e9 };

interface Limits {
  readonly maxMemoryBytes?: number;
  readonly maxAgeMs?: (cursor: string) => number;
}

function openLog(store: FlakyStore, { maxMemoryBytes = 1e9, maxAgeMs }: Limits = {}): SharedLog {
  const boundsOf = (cursor: string) => ({
    ...BOUNDS,
    ...(maxAgeMs === undefined ? {} : { maxAgeMs: maxAgeMs(cursor) }),
  });
  return new SharedLog({ store, boundsOf, maxMemoryBytes, logger: silentLogger });
}

/** Lets commits that are under way, or due by a timer, come to their end. */
async function settle(t: TestContext): Promise<void> {
  for (let round = 0; round < 8; round += 1) {
    await nextTurn();
    t.mock.timers.tick(1_000);
  }
  await nextTurn();
}

const NAMES = ['a', 'b', 'c'] as const;
type Name = (typeof NAMES)[number];

type Step =
  | { readonly kind: 'append'; readonly to: readonly Name[]; readonly mustBeSafe: boolean }
  | { readonly kind: 'take' | 'acknowledge' | 'giveBack' | 'rewind'; readonly of: Name }
  | { readonly kind: 'break' | 'mend' | 'turn' | 'second' | 'kill' };

const anyName = fc.constantFrom(...NAMES);
const anyStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('append' as const),
      to: fc.subarray([...NAMES], { minLength: 1 }),
      mustBeSafe: fc.boolean(),
    }),
  },
  { weight: 8, arbitrary: fc.record({ kind: fc.constantFrom('take' as const, 'acknowledge' as const), of: anyName }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('giveBack' as const, 'rewind' as const), of: anyName }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constantFrom(
        'break' as const,
        'mend' as const,
        'turn' as const,
        'turn' as const,
        'second' as const,
        'kill' as const,
      ),
    }),
  },
);

test('whatever fails and whenever it is killed: what was safe is read again in order, nothing is stuck', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout', 'setInterval'] });
  const anyMemory = fc.constantFrom(1e9, 600);
  await fc.assert(
    fc.asyncProperty(fc.array(anyStep, { maxLength: 60 }), anyMemory, async (steps, maxMemoryBytes) => {
      const run = new Run(t, maxMemoryBytes);
      for (const step of steps) await run.take(step);
      await run.finish();
    }),
    { numRuns: 300 },
  );
});

/** One log over its kills, with what a reader knows of it. */
class Run {
  readonly #t: TestContext;
  readonly #maxMemoryBytes: number;
  #store = new FlakyStore();
  #log: SharedLog;
  #appended = 0;
  /** Numbers whose append settled well, by cursor; those acknowledged leave. */
  readonly #safe = new Map<Name, Set<number>>(NAMES.map((name) => [name, new Set<number>()]));
  readonly #done = new Map<Name, Set<number>>(NAMES.map((name) => [name, new Set<number>()]));
  readonly #held = new Map<Name, LogEntry[]>();
  /** The newest that was given out for the first time since the last kill. */
  readonly #newest = new Map<Name, number>();
  #pending = 0;

  constructor(t: TestContext, maxMemoryBytes: number) {
    this.#t = t;
    this.#maxMemoryBytes = maxMemoryBytes;
    this.#log = this.#open();
  }

  async take(step: Step): Promise<void> {
    switch (step.kind) {
      case 'append':
        this.#append(step.to, step.mustBeSafe);
        break;
      case 'take':
        this.#take(step.of);
        break;
      case 'acknowledge':
        this.#acknowledge(step.of);
        break;
      case 'giveBack': {
        const entry = this.#held.get(step.of)?.pop();
        if (entry !== undefined) this.#log.cursor(step.of).giveBack(entry);
        break;
      }
      case 'rewind':
        this.#log.cursor(step.of).rewind();
        this.#held.delete(step.of);
        break;
      case 'break':
      case 'mend':
        this.#store.isBroken = step.kind === 'break';
        break;
      case 'turn':
        await nextTurn();
        break;
      case 'second':
        this.#t.mock.timers.tick(1_000);
        break;
      case 'kill':
        this.#kill();
    }
  }

  async finish(): Promise<void> {
    this.#store.isBroken = false;
    await settle(this.#t);
    assert.equal(this.#pending, 0, 'an append is stuck');
    assert.equal(this.#log.health.kind, 'durable');
    this.#kill();
    for (const name of NAMES) {
      const rest = drain(this.#log.cursor(name));
      assert.deepEqual(
        rest,
        [...rest].sort((x, y) => x - y),
        'in order',
      );
      this.#expectAll(name, rest);
      assert.equal(this.#log.cursor(name).dropped.unreadable, 0);
    }
    await this.#log.close();
  }

  #open(): SharedLog {
    return openLog(this.#store, { maxMemoryBytes: this.#maxMemoryBytes });
  }

  #append(to: readonly Name[], mustBeSafe: boolean): void {
    const n = this.#appended;
    this.#appended += 1;
    const log = this.#log;
    this.#pending += 1;
    log.append(event(n, 60), to, { mustBeSafe }).then(
      () => {
        if (log !== this.#log) return; // Nobody heard it: the process was gone.
        this.#pending -= 1;
        for (const name of to) if (this.#done.get(name)?.has(n) !== true) this.#safe.get(name)?.add(n);
      },
      () => {
        if (log === this.#log) this.#pending -= 1;
      },
    );
  }

  #take(name: Name): void {
    const entry = this.#log.cursor(name).take();
    const n = numberOf(entry);
    if (entry === undefined || n === undefined) return;
    const held = this.#held.get(name) ?? [];
    this.#held.set(name, [...held, entry]);
    const newest = this.#newest.get(name) ?? -1;
    this.#newest.set(name, Math.max(newest, n));
  }

  #acknowledge(name: Name): void {
    const [entry, ...rest] = this.#held.get(name) ?? [];
    if (entry === undefined) return;
    const n = numberOf(entry) ?? -1;
    this.#log.cursor(name).acknowledge(entry);
    this.#held.set(name, rest);
    this.#done.get(name)?.add(n);
    this.#safe.get(name)?.delete(n);
  }

  #kill(): void {
    this.#pending = 0;
    const unsettled = this.#log;
    this.#store = this.#store.afterKill();
    this.#log = this.#open();
    // The old one is as good as gone: whatever it still writes goes to a store that nobody reads.
    void unsettled.close();
    this.#held.clear();
    this.#newest.clear();
    for (const name of NAMES) {
      const { waitingEvents } = this.#log.cursor(name);
      assert.ok(waitingEvents >= (this.#safe.get(name)?.size ?? 0), `${name} has fewer than are safe`);
    }
  }

  /** Without memory for all of it, what could not be written may have gone; what was safe may not. */
  #expectAll(name: Name, rest: readonly number[]): void {
    const got = new Set(rest);
    for (const n of this.#safe.get(name) ?? []) assert.ok(got.has(n), `${name} lost ${n}`);
  }
}

test('a reader that is given back single events among hundreds under way loses none over a kill', async () => {
  const store = new FlakyStore();
  const log = openLog(store);
  const cursor = log.cursor('a');
  const appends = Array.from({ length: 400 }, (_, n) => log.append(event(n, 0), ['a']));
  await Promise.all(appends);
  const taken = Array.from({ length: 300 }, () => cursor.take() ?? assert.fail());
  const [first, second] = taken as [LogEntry, LogEntry];
  cursor.giveBack(first);
  assert.equal(cursor.take(), first);
  cursor.acknowledge(second);
  await log.close();
  const again = openLog(store.afterKill());
  assert.equal(numberOf(again.cursor('a').take()), 0);
  await again.close();
});

test('while the store fails memory is bounded, also behind events that it has', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout', 'setInterval'] });
  const store = new FlakyStore();
  const log = openLog(store, { maxMemoryBytes: 20_000 });
  for (let n = 0; n < 10; n += 1) await log.append(event(n, 1_000), ['a'], { mustBeSafe: true });
  store.isBroken = true;
  for (let n = 10; n < 110; n += 1) log.append(event(n, 1_000), ['a']).catch(() => {});
  await settle(t);
  const cursor = log.cursor('a');
  assert.ok(cursor.waitingEvents <= 10 + 20, `${cursor.waitingEvents} wait, of which the store has 10`);
  store.isBroken = false;
  await settle(t);
  const left = drain(cursor);
  assert.equal(left.at(-1), 109, 'the newest is kept');
  assert.equal(left.length + cursor.dropped.overflow, 110, 'what went is counted');
  await log.close();
});

test('events that a commit is about to make safe are not dropped for memory', async () => {
  const store = new FlakyStore();
  const log = openLog(store, { maxMemoryBytes: 20_000 });
  for (let n = 0; n < 10; n += 1) await log.append(event(n, 1_000), ['a']);
  await Promise.all([log.append(event(10, 15_000), ['a']), log.append(event(11, 15_000), ['b'])]);
  assert.deepEqual(drain(log.cursor('a')), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  assert.deepEqual(drain(log.cursor('b')), [11]);
  await log.close();
});

test('a cursor that lets an event go at once takes it from no other', async () => {
  const store = new FlakyStore();
  const log = openLog(store, { maxAgeMs: (cursor) => (cursor === 'away' ? 0 : 60_000) });
  for (let n = 0; n < 3; n += 1) await log.append(event(n), ['away', 'other']);
  const again = openLog(store.afterKill(), { maxAgeMs: (cursor) => (cursor === 'away' ? 0 : 60_000) });
  assert.deepEqual(drain(log.cursor('other')), [0, 1, 2]);
  assert.deepEqual(drain(again.cursor('other')), [0, 1, 2], 'it was safe');
  await log.close();
  await again.close();
});

test('an append settles also when its event has been delivered before its commit', async () => {
  const store = new FlakyStore();
  const log = openLog(store);
  const cursor = log.cursor('a');
  const first = log.append(event(0), ['a']);
  await nextTurn();
  const second = log.append(event(1), ['a']);
  drain(cursor);
  await first;
  await second;
  await log.close();
});

test('an event that nobody waits for is written unless its readers are done with it before', async (t) => {
  const store = new FlakyStore();
  const commits = t.mock.method(store, 'commit');
  const log = openLog(store);
  const delivered = log.append(event(0), ['a']);
  drain(log.cursor('a'));
  await delivered;
  await log.append(event(1), ['a']);
  await log.close();
  const written = commits.mock.calls.flatMap(({ arguments: [{ events }] }) => events);
  assert.deepEqual(
    written.map(({ sequence }) => sequence),
    [2],
  );
});

test('an event of a run whose clock was ahead is not younger than those that come now', async () => {
  const store = new FlakyStore();
  const { bytes, selfId } = event(0);
  await store.commit({
    events: [{ sequence: 7, storedAt: Date.now() + 86_400_000, selfId, bytes, cursors: [1] }],
    cursors: [{ id: 1, name: 'a', acknowledgedTo: 6, listed: [] }],
    letters: [],
    removedEvents: [],
    removedCursors: [],
    removedLetters: [],
  });
  const log = openLog(store);
  await log.append(event(1), ['a']);
  const cursor = log.cursor('a');
  const [old, young] = [cursor.take() ?? assert.fail(), cursor.take() ?? assert.fail()];
  assert.ok(old.appendedAt <= young.appendedAt);
  assert.ok(old.sequence < young.sequence);
  await log.close();
});

test('a kill leaves an event as a dead letter or waiting, never both', async () => {
  const store = new FlakyStore();
  const log = openLog(store);
  for (let n = 0; n < 2; n += 1) await log.append(event(n), ['a', 'holder']);
  const cursor = log.cursor('a');
  cursor.acknowledge(cursor.take() ?? assert.fail());
  // After this flush the log need not write acknowledgements for a while.
  await log.flush();
  const entry = cursor.take() ?? assert.fail();
  log.deadLetters.add({ server: 'a', event: entry.event, reason: 'answered with 403' });
  cursor.acknowledge(entry);
  await eventually(() => assert.equal([...store.recover().letters].length, 1));
  const after = openLog(store.afterKill());
  assert.equal(after.deadLetters.list().length, 1);
  assert.equal(after.cursor('a').waitingEvents, 0);
  await log.close();
  await after.close();
});

test('a store that takes nothing stays failing, though nothing is left to be written', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout', 'setInterval'] });
  const store = new FlakyStore();
  const log = openLog(store);
  const cursor = log.cursor('a');
  cursor.setReader(() => {});
  await settle(t);
  store.isBroken = true;
  await assert.rejects(log.append(event(1), ['a'], { mustBeSafe: true }));
  for (let entry = cursor.take(); entry !== undefined; entry = cursor.take()) cursor.acknowledge(entry);
  await settle(t);
  assert.equal(log.health.kind, 'failing');
  store.isBroken = false;
  await settle(t);
  assert.equal(log.health.kind, 'durable');
});
