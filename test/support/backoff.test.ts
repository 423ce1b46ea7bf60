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

test('waits are jittered at both ends too, where they are neither shorter nor longer than they may be', () => {
  const first = Array.from({ length: 50 }, () => new Backoff({ maxMs: 5_000 }).next());
  const last = Array.from({ length: 50 }, () => {
    const backoff = new Backoff({ maxMs: 5_000 });
    for (let n = 0; n < 6; n += 1) backoff.next();
    return backoff.next();
  });
  for (const [waits, min, max] of [
    [first, 1_000, 1_200],
    [last, 4_000, 5_000],
  ] as const) {
    assert.ok(waits.every((wait) => wait >= min && wait <= max));
    assert.ok(new Set(waits).size > 10);
  }
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
