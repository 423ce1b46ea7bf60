import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { ReplyHolds } from '../../src/bots/reply-holds.ts';

function setUp(t: TestContext) {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const told: string[] = [];
  const holds = new ReplyHolds({
    onHeld: (selfId) => told.push(`held ${selfId}`),
    onReleased: (selfId) => told.push(`released ${selfId}`),
    onExpired: (selfId) => told.push(`expired ${selfId}`),
  });
  return { holds, told };
}

test('a bot is held until it takes calls', (t) => {
  const { holds, told } = setUp(t);
  holds.hold('1', 30_000);
  assert.ok(holds.endsAt('1'));
  t.mock.timers.tick(29_999);
  holds.release('1');
  t.mock.timers.tick(60_000);
  assert.deepEqual(told, ['held 1', 'released 1']);
  assert.equal(holds.endsAt('1'), undefined);
});

test('a bot that does not come is held for that time and no longer', (t) => {
  const { holds, told } = setUp(t);
  holds.hold('1', 30_000);
  t.mock.timers.tick(30_000);
  assert.deepEqual(told, ['held 1', 'expired 1', 'released 1']);
});

test('a shorter hold does not end a longer one, a longer one goes on from a shorter one', (t) => {
  const { holds, told } = setUp(t);
  holds.hold('1', 30_000);
  holds.hold('1', 3_000);
  t.mock.timers.tick(10_000);
  assert.deepEqual(told, ['held 1']);
  holds.hold('2', 3_000);
  holds.hold('2', 30_000);
  t.mock.timers.tick(20_000);
  assert.deepEqual(told, ['held 1', 'held 2', 'expired 1', 'released 1']);
});

test('after the stop what is held stays held, and nothing more is', (t) => {
  const { holds, told } = setUp(t);
  holds.hold('1', 30_000);
  holds.stop();
  holds.hold('2', 30_000);
  t.mock.timers.tick(60_000);
  assert.deepEqual(told, ['held 1']);
});
