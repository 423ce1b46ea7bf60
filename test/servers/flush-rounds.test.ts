import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type Flushable, FlushRounds } from '../../src/servers/websocket/flush-rounds.ts';
import { eventually } from '../support/eventually.ts';

/** A link whose flushes take as long as the test says. */
function setUp(t: TestContext) {
  let nowMs = 1_000;
  t.mock.method(performance, 'now', () => nowMs);
  const rounds = new FlushRounds();
  let flushes = 0;
  let takesMs = 0;
  const link: Flushable = {
    flush: () => {
      flushes += 1;
      nowMs += takesMs;
    },
    flushFailed: assert.fail,
  };
  /** How often it was flushed in the turn after it asked for it. */
  const flushTaking = async (ms: number): Promise<number> => {
    const before = flushes;
    takesMs = ms;
    rounds.add(link);
    await nextTurn();
    return flushes - before;
  };
  const pass = (ms: number): void => {
    nowMs += ms;
  };
  return { flushTaking, pass, flushes: () => flushes };
}

test('a bridge with little to do sends at once', async (t) => {
  const { flushTaking } = setUp(t);
  for (let n = 0; n < 3; n += 1) assert.equal(await flushTaking(0), 1);
});

test('one round that was held up makes nobody wait', async (t) => {
  const { flushTaking } = setUp(t);
  assert.deepEqual([await flushTaking(0), await flushTaking(50), await flushTaking(0)], [1, 1, 1]);
});

test('long rounds one after the other have pauses between them', async (t) => {
  const { flushTaking, pass, flushes } = setUp(t);
  assert.deepEqual([await flushTaking(0.3), await flushTaking(0.3)], [1, 1]);
  assert.equal(await flushTaking(0.3), 0);
  pass(0.6);
  await nextTurn();
  assert.equal(flushes(), 3);
});

test('an error in the turn of one link is told to it, and the others have theirs', async () => {
  const rounds = new FlushRounds();
  const error = new Error('of the bridge');
  const told: unknown[] = [];
  let flushes = 0;
  const sound: Flushable = { flush: () => (flushes += 1), flushFailed: assert.fail };
  const failing: Flushable = {
    flush: () => {
      throw error;
    },
    flushFailed: (what) => told.push(what),
  };
  for (const link of [sound, failing, sound]) rounds.add(link);
  await nextTurn();
  assert.deepEqual([flushes, told], [2, [error]]);
  // The rounds go on after an error.
  rounds.add(sound);
  await eventually(() => assert.equal(flushes, 3));
});
