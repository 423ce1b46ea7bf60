import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Backoff } from '../../src/support/backoff.ts';

test('waits grow from 1 s to 30 s, never less or more, and begin anew after a reset', () => {
  const backoff = new Backoff();
  const waits = Array.from({ length: 12 }, () => backoff.next());
  assert.ok(waits.every((wait) => wait >= 1_000 && wait <= 30_000));
  assert.ok((waits[0] ?? 0) <= 1_200);
  assert.ok((waits[3] ?? 0) >= 6_400 && (waits[3] ?? 0) <= 9_600);
  assert.ok((waits[11] ?? 0) >= 24_000);
  assert.equal(backoff.failures, 12);
  backoff.reset();
  assert.ok(backoff.next() <= 1_200);
});

test('waits are jittered', () => {
  const waits = new Set(
    Array.from({ length: 20 }, () => {
      const backoff = new Backoff({ minMs: 8_000 });
      return backoff.next() + backoff.next();
    }),
  );
  assert.ok(waits.size > 10);
});
