import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judge, type Outcome } from '../../src/servers/http/outcome.ts';

function answered(status: number): Outcome {
  return { kind: 'answered', status, body: Buffer.alloc(0) };
}

test('2xx is delivered, and so is what a slow server has not answered', () => {
  for (const status of [200, 202, 204]) assert.equal(judge(answered(status), 1).kind, 'delivered');
  assert.equal(judge({ kind: 'unanswered' }, 1).kind, 'delivered');
});

test('a broken connection, 408, 425 and 429 hold the server back, however often', () => {
  const outcomes: Outcome[] = [{ kind: 'broken', reason: 'x' }, answered(408), answered(425), answered(429)];
  for (const outcome of outcomes) {
    const verdict = judge(outcome, 100);
    assert.equal(verdict.kind === 'retry' && verdict.holds, 'server');
  }
});

test('5xx is tried three times in all', () => {
  for (const tries of [1, 2]) {
    const verdict = judge(answered(500), tries);
    assert.equal(verdict.kind === 'retry' && verdict.holds, 'event');
  }
  assert.equal(judge(answered(503), 3).kind, 'dead');
});

test('any other status is dead at once', () => {
  for (const status of [301, 400, 401, 403, 404, 410]) assert.equal(judge(answered(status), 1).kind, 'dead');
});
