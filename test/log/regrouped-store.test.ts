import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { LmdbStore } from '../../src/log/embedded/lmdb-store.ts';
import { SharedLog } from '../../src/log/shared-log.ts';
import type { Store } from '../../src/log/store.ts';
import type { CursorMove } from '../../src/log/types.ts';
import { silentLogger } from '../../src/support/logger.ts';
import { drain, event, numberOf } from '../conformance/event-log.ts';
import { FlakyStore } from '../support/flaky-store.ts';

const BOUNDS = { maxAgeMs: 3_600_000, maxEvents: 10_000, maxBytes: 1e9 };

function openLog(store: Store): SharedLog {
  return new SharedLog({ store, boundsOf: () => BOUNDS, maxMemoryBytes: 1e9, logger: silentLogger });
}

function openStore(dataDir: string): Promise<LmdbStore> {
  return LmdbStore.open({ dataDir, configFile: 'config.yml', logger: silentLogger });
}

function splitByBot(name: string): ReadonlyMap<string, CursorMove> {
  return new Map([[name, ({ selfId }) => [`${name}/${selfId}`]]]);
}

test('what was moved is there under its new name after a kill, what was done with before it moved does not come again', async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'qqbridge-log-'));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  const log = openLog(await openStore(dir));
  for (let n = 0; n < 10; n += 1) await log.append(event(n, 10, 1 + (n % 2)), ['a', 'holder']);
  const cursor = log.cursor('a');
  for (let n = 0; n < 3; n += 1) {
    const entry = cursor.take();
    if (entry !== undefined) cursor.acknowledge(entry);
  }
  log.regroup(splitByBot('a'));
  assert.deepEqual(drain(log.cursor('a/1')), [4, 6, 8]);
  await log.append(event(10, 10, 1), ['a/1', 'holder']);
  await log.flush();
  await log.close();

  const again = openLog(await openStore(dir));
  t.after(() => again.close());
  assert.deepEqual(drain(again.cursor('a/1')), [10]);
  assert.deepEqual(drain(again.cursor('a/2')), [3, 5, 7, 9]);
  assert.equal(again.cursorNames().includes('a'), false);
  assert.equal(again.cursor('holder').waitingEvents, 11);
});

test('a flush makes a rename and acknowledgements safe at once', async () => {
  const store = new FlakyStore();
  const log = openLog(store);
  for (let n = 0; n < 4; n += 1) await log.append(event(n), ['a', 'holder']);
  const cursor = log.cursor('a');
  const first = cursor.take() ?? assert.fail();
  cursor.acknowledge(first);
  log.regroup(new Map([['a', 'b']]));
  await log.flush();
  const killed = openLog(store.afterKill());
  assert.deepEqual(drain(killed.cursor('b')), [1, 2, 3]);
  await killed.close();

  store.isBroken = true;
  log.regroup(new Map([['b', 'c']]));
  await assert.rejects(log.flush());
  await log.close();
});

const CURSORS = ['a', 'b', 'c'] as const;
const anyCursor = fc.constantFrom(...CURSORS);
const anyStep = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('append' as const),
      to: fc.subarray([...CURSORS], { minLength: 1 }),
      bot: fc.constantFrom(1, 2),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('read' as const), of: anyCursor }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('move' as const), from: anyCursor, to: anyCursor }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('swap' as const), from: anyCursor, to: anyCursor }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('split and join' as const), of: anyCursor }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('restart' as const) }) },
);

test('whatever is moved where, over any number of restarts, every cursor holds what was put there, in order', async (_t: TestContext) => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyStep, { maxLength: 60 }), async (steps) => {
      let store = new FlakyStore();
      let log = openLog(store);
      const expected = new Map<string, number[]>(CURSORS.map((name) => [name, []]));
      const of = (name: string) => expected.get(name) ?? [];
      let next = 0;
      for (const step of steps) {
        switch (step.kind) {
          case 'append':
            await log.append(event(next, 10, step.bot), step.to);
            for (const name of step.to) of(name).push(next);
            next += 1;
            break;
          case 'read': {
            const entry = log.cursor(step.of).take();
            assert.equal(numberOf(entry), of(step.of).shift());
            if (entry !== undefined) log.cursor(step.of).acknowledge(entry);
            break;
          }
          case 'move': {
            log.regroup(new Map([[step.from, step.to]]));
            if (step.from === step.to) break;
            const merged = [...new Set([...of(step.from), ...of(step.to)])].sort((a, b) => a - b);
            expected.set(step.to, merged);
            expected.set(step.from, []);
            break;
          }
          case 'swap': {
            log.regroup(
              new Map([
                [step.from, step.to],
                [step.to, step.from],
              ]),
            );
            const [one, other] = [of(step.from), of(step.to)];
            expected.set(step.from, other);
            expected.set(step.to, one);
            break;
          }
          case 'split and join':
            log.regroup(splitByBot(step.of));
            log.regroup(new Map([1, 2].map((bot) => [`${step.of}/${bot}`, step.of])));
            break;
          case 'restart':
            await log.flush();
            store = store.afterKill();
            await log.close();
            log = openLog(store);
        }
      }
      for (const name of CURSORS) assert.deepEqual(drain(log.cursor(name)), of(name), name);
      await log.close();
    }),
    { numRuns: 150 },
  );
});
