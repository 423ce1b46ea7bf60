import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { Deadlines } from '../../src/support/deadlines.ts';

/** Deadlines on a clock that the test moves, and what has expired. */
function setUp(t: TestContext) {
  t.mock.timers.enable({ apis: ['setTimeout', 'Date'] });
  const deadlines = new Deadlines(() => Date.now());
  const expired: string[] = [];
  const start = (name: string, waitMs: number) => deadlines.start(waitMs, () => expired.push(name));
  const pass = (ms: number) => t.mock.timers.tick(ms);
  return { deadlines, expired, start, pass };
}

test('waits of one length end one after the other, each in its time', (t) => {
  const { expired, start, pass } = setUp(t);
  start('a', 100);
  pass(40);
  start('b', 100);
  start('short', 30);
  pass(59);
  assert.deepEqual(expired, ['short']);
  pass(1);
  assert.deepEqual(expired, ['short', 'a']);
  pass(39);
  assert.deepEqual(expired, ['short', 'a']);
  pass(1);
  assert.deepEqual(expired, ['short', 'a', 'b']);
});

test('a cancelled wait never ends, and those behind it keep their time', (t) => {
  const { expired, start, pass } = setUp(t);
  const first = start('first', 100);
  pass(10);
  start('second', 100);
  first.cancel();
  pass(90);
  assert.deepEqual(expired, []);
  pass(10);
  assert.deepEqual(expired, ['second']);
  first.cancel();
  start('third', 100);
  pass(100);
  assert.deepEqual(expired, ['second', 'third']);
});

test('what expires may begin and cancel others of the same length', (t) => {
  const { deadlines, expired, start, pass } = setUp(t);
  deadlines.start(100, () => {
    doomed.cancel();
    start('again', 100);
  });
  const doomed = start('doomed', 100);
  pass(50);
  start('later', 100);
  pass(50);
  assert.deepEqual(expired, []);
  pass(50);
  assert.deepEqual(expired, ['later']);
  pass(50);
  assert.deepEqual(expired, ['later', 'again']);
});

test('when nothing is waited for any more, no timer is left', (t) => {
  const { start } = setUp(t);
  const { length } = process.getActiveResourcesInfo();
  t.mock.timers.reset();
  const waits = [start('a', 60_000), start('b', 60_000), start('c', 50_000)];
  for (const wait of waits) wait.cancel();
  assert.equal(process.getActiveResourcesInfo().length, length);
});
