import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judge, type Outcome } from '../../src/servers/http/outcome.ts';

function answered(status: number): Outcome {
  return { kind: 'answered', status, body: Buffer.alloc(0) };
}

const BROKEN: Outcome = { kind: 'broken', reason: 'x' };
const UNREACHABLE: Outcome = { kind: 'unreachable', reason: 'x' };

test('2xx is delivered, whatever the promise', () => {
  for (const status of [200, 202, 204]) {
    assert.equal(judge(answered(status), 0, 'at_least_once').kind, 'delivered');
    assert.equal(judge(answered(status), 0, 'at_most_once').kind, 'delivered');
  }
});

test('what a slow server has not answered is not sent again', () => {
  assert.equal(judge({ kind: 'unanswered' }, 0, 'at_least_once').kind, 'unknown');
});

test('a connection that fails or breaks, 408, 425 and 429 hold the server back, however often', () => {
  for (const outcome of [BROKEN, UNREACHABLE, answered(408), answered(425), answered(429)]) {
    const verdict = judge(outcome, 2, 'at_least_once');
    assert.equal(verdict.kind === 'retry' && verdict.holds, 'server');
  }
});

test('5xx is tried three times in all', () => {
  for (const failures of [0, 1]) {
    const verdict = judge(answered(500), failures, 'at_least_once');
    assert.equal(verdict.kind === 'retry' && verdict.holds, 'event');
  }
  assert.equal(judge(answered(503), 2, 'at_least_once').kind, 'dead');
});

test('any other status is dead at once', () => {
  for (const status of [301, 400, 401, 403, 404, 410]) {
    assert.equal(judge(answered(status), 0, 'at_least_once').kind, 'dead');
  }
});

test('with at_most_once only what has not left is tried again', () => {
  assert.equal(judge(UNREACHABLE, 0, 'at_most_once').kind, 'retry');
  assert.equal(judge(BROKEN, 0, 'at_most_once').kind, 'unknown');
  for (const status of [429, 500]) assert.equal(judge(answered(status), 0, 'at_most_once').kind, 'dead');
});
