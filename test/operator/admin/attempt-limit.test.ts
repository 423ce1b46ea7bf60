import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AttemptLimit } from '../../../src/operator/admin/attempt-limit.ts';

test('a peer waits for the end of its window, and others do not', () => {
  const limit = new AttemptLimit({ max: 2, windowMs: 1_000 });
  limit.failed('a', 0);
  assert.equal(limit.waitMs('a', 100), 0);
  limit.failed('a', 100);
  assert.equal(limit.waitMs('a', 400), 600);
  assert.equal(limit.waitMs('b', 400), 0);
  assert.equal(limit.waitMs('a', 1_000), 0);
});

test('a new window begins with no failures', () => {
  const limit = new AttemptLimit({ max: 2, windowMs: 1_000 });
  limit.failed('a', 0);
  limit.failed('a', 1_500);
  assert.equal(limit.waitMs('a', 1_600), 0);
});

test('of too many peers the longest known is forgotten', () => {
  const limit = new AttemptLimit({ max: 1, windowMs: 1_000, maxPeers: 2 });
  for (const peer of ['a', 'b', 'c']) limit.failed(peer, 0);
  assert.deepEqual(
    ['a', 'b', 'c'].map((peer) => limit.waitMs(peer, 0)),
    [0, 1_000, 1_000],
  );
});
