import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import fc from 'fast-check';
import { RateLimiter } from '../../src/calls/rate-limit.ts';
import { TokenBuckets } from '../../src/calls/token-buckets.ts';
import type { RateLimitConfig } from '../../src/config/types.ts';
import { readActionName } from '../../src/onebot/action-name.ts';
import { readCallFrame } from '../../src/onebot/call-frame.ts';
import { sendTarget } from '../../src/onebot/send-target.ts';

/** A limiter whose clock is moved by hand, and what it let go. */
function setUp(limits: RateLimitConfig) {
  let now = 1_000_000;
  const limiter = new RateLimiter(() => now);
  limiter.configure(limits);
  const gone: { name: string; at: number }[] = [];
  const make = (server: string, name: string, groupId?: string) => ({
    selfId: '1',
    server,
    target: groupId === undefined ? {} : { groupId },
    bytes: 100,
    go: () => void gone.push({ name, at: now }),
  });
  const pass = (ms: number): void => {
    for (let step = 0; step < ms; step += 10) {
      now += 10;
      mock.timers.tick(10);
    }
  };
  return { limiter, gone, make, pass, names: () => gone.map(({ name }) => name) };
}

test('a bucket lets its count go at once, then gains one by one, and is forgotten when full', () => {
  const buckets = new TokenBuckets({ count: 2, periodMs: 1_000 });
  buckets.take('a', 0);
  assert.equal(buckets.waitMs('a', 0), 0);
  buckets.take('a', 0);
  assert.equal(buckets.waitMs('a', 0), 500);
  assert.equal(buckets.waitMs('b', 0), 0);
  for (let n = 0; n < 100; n += 1) buckets.take('a', 0);
  assert.equal(buckets.waitMs('a', 0), 500, 'it is never more than empty');
  for (let n = 0; n < 20_000; n += 1) buckets.take(`group ${n}`, 2_000);
  assert.ok(buckets.size <= 10_000);
});

test('servers take turns, and each keeps its order', () => {
  mock.timers.enable({ apis: ['setTimeout'] });
  const { limiter, make, pass, names } = setUp({ perBot: { count: 1, periodMs: 100 }, waitMs: 10_000 });
  for (const name of ['a1', 'a2', 'a3']) limiter.submit(make('a', name));
  for (const name of ['b1', 'b2']) limiter.submit(make('b', name));
  limiter.submit(make('c', 'c1'));
  pass(1_000);
  assert.deepEqual(names(), ['a1', 'a2', 'b1', 'c1', 'a3', 'b2']);
  mock.timers.reset();
});

test('a group without tokens holds up no other server', () => {
  mock.timers.enable({ apis: ['setTimeout'] });
  const { limiter, make, names, pass } = setUp({ perGroup: { count: 1, periodMs: 1_000 }, waitMs: 10_000 });
  for (const name of ['a1', 'a2']) limiter.submit(make('a', name, '5'));
  limiter.submit(make('b', 'b1', '6'));
  limiter.submit(make('b', 'b2'));
  assert.deepEqual(names(), ['a1', 'b1', 'b2']);
  pass(1_000);
  assert.deepEqual(names(), ['a1', 'b1', 'b2', 'a2']);
  mock.timers.reset();
});

test('one that is taken back makes way, and changed limits are taken up by what waits', () => {
  mock.timers.enable({ apis: ['setTimeout'] });
  const { limiter, make, names } = setUp({ perGroup: { count: 1, periodMs: 60_000 }, waitMs: 10_000 });
  const blocked = make('a', 'a2', '5');
  limiter.submit(make('a', 'a1', '5'));
  limiter.submit(blocked);
  limiter.submit(make('a', 'a3', '6'));
  limiter.remove(blocked);
  assert.deepEqual(names(), ['a1', 'a3']);
  limiter.submit(make('a', 'a4', '5'));
  limiter.configure(undefined);
  assert.deepEqual(names(), ['a1', 'a3', 'a4']);
  mock.timers.reset();
});

test('so much may wait and no more', () => {
  mock.timers.enable({ apis: ['setTimeout'] });
  const { limiter, make } = setUp({ perBot: { count: 1, periodMs: 60_000 }, waitMs: 10_000 });
  limiter.submit(make('a', 'first'));
  const large = { ...make('a', 'large'), bytes: 40 * 2 ** 20 };
  assert.equal(limiter.submit(large), true);
  assert.equal(limiter.submit({ ...large }), false);
  limiter.remove(large);
  assert.equal(limiter.submit({ ...large }), true);
  limiter.configure(undefined);
  mock.timers.reset();
});

test('whatever is sent when, no span of time has more than the rate, and what waits goes as soon as it may', () => {
  const step = fc.record({
    waitMs: fc.constantFrom(0, 0, 0, 10, 50, 300),
    server: fc.constantFrom('a', 'b', 'c'),
    group: fc.constantFrom(undefined, '5', '6'),
  });
  const limit = { count: fc.integer({ min: 1, max: 4 }), periodMs: fc.constantFrom(100, 400, 1_000) };
  const run = fc.record({
    perBot: fc.record(limit),
    perGroup: fc.record(limit),
    steps: fc.array(step, { maxLength: 40 }),
  });
  fc.assert(
    fc.property(run, ({ perBot, perGroup, steps }) => {
      mock.timers.enable({ apis: ['setTimeout'] });
      try {
        const { limiter, gone, make, pass } = setUp({ perBot, perGroup, waitMs: 10_000 });
        for (const [n, { waitMs, server, group }] of steps.entries()) {
          limiter.submit(make(server, `${server} ${n} ${group ?? ''}`, group));
          pass(waitMs);
        }
        pass(40 * 1_000);
        assert.equal(gone.length, steps.length, 'each goes once');
        assertWithin(gone, perBot);
        for (const group of ['5', '6']) {
          assertWithin(
            gone.filter(({ name }) => name.endsWith(` ${group}`)),
            perGroup,
          );
        }
        for (const server of ['a', 'b', 'c']) {
          const order = gone
            .filter(({ name }) => name.startsWith(server))
            .map(({ name }) => Number(name.split(' ')[1]));
          assert.deepEqual(
            order,
            order.toSorted((one, other) => one - other),
          );
        }
      } finally {
        mock.timers.reset();
      }
    }),
    { numRuns: 60 },
  );
});

/** Between any two that went there is the time that those between them need. */
function assertWithin(gone: readonly { at: number }[], { count, periodMs }: { count: number; periodMs: number }): void {
  for (const [i, first] of gone.entries()) {
    for (let j = i + count; j < gone.length; j += 1) {
      const passed = (gone[j]?.at ?? 0) - first.at;
      assert.ok(passed >= ((j - i + 1 - count) * periodMs) / count - 0.001, `${j - i + 1} in ${passed} ms`);
    }
  }
}

test('what a call counts against: its group, however the id is written', () => {
  const target = (action: string, params: string) => {
    const frame = readCallFrame(Buffer.from(`{"action":"${action}","params":${params}}`));
    return frame.kind === 'call' ? sendTarget(frame.call, readActionName(action)) : assert.fail();
  };
  for (const id of ['9007199254740993', '"9007199254740993"', '"\\u0039007199254740993"', '"09007199254740993"']) {
    assert.deepEqual(target('send_group_msg_async', `{"group_id":${id}}`), { groupId: '9007199254740993' });
  }
  assert.deepEqual(target('send_msg', '{"group_id":1.2e2}'), { groupId: '120' });
  assert.deepEqual(target('send_group_forward_msg', '{"group_id":5}'), { groupId: '5' });
  assert.deepEqual(target('send_msg', '{"message_type":"private","group_id":5,"user_id":1}'), {});
  assert.deepEqual(target('send_private_msg', '{"group_id":5,"user_id":1}'), {});
  assert.deepEqual(target('send_like', '{"user_id":1}'), {});
  assert.deepEqual(target('send_msg', 'null'), {});
  assert.equal(target('get_msg', '{"group_id":5}'), undefined);
  const operation = (context: string, asked: string) =>
    target('.handle_quick_operation', `{"context":${context},"operation":${asked}}`);
  assert.deepEqual(operation('{"message_type":"group","group_id":5}', '{"reply":"a"}'), { groupId: '5' });
  assert.deepEqual(operation('{"message_type":"private","group_id":5}', '{"reply":"a"}'), {});
  assert.equal(operation('{"message_type":"group","group_id":5}', '{"ban":true}'), undefined);
});
