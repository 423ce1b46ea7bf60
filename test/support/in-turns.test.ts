import assert from 'node:assert/strict';
import { test } from 'node:test';
import { inTurns } from '../../src/support/in-turns.ts';

test('long work on many items lets others have their turn, and gives its results in order', async () => {
  let turns = 0;
  let isDone = false;
  const count = () => {
    turns += 1;
    if (!isDone) setImmediate(count);
  };
  setImmediate(count);
  const busy = (item: number) => {
    const until = performance.now() + 2;
    while (performance.now() < until);
    return item * 2;
  };
  const results = await inTurns([1, 2, 3, 4, 5, 6, 7, 8, 9, 10], busy);
  isDone = true;
  assert.deepEqual(results, [2, 4, 6, 8, 10, 12, 14, 16, 18, 20]);
  assert.ok(turns >= 3, `${turns}`);
});

test('short work is done at once', async () => {
  let isLater = false;
  setImmediate(() => {
    isLater = true;
  });
  assert.deepEqual(await inTurns(['a'], (item) => item), ['a']);
  assert.equal(isLater, false);
});
