import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type EventSource, RecentEvents } from '../../src/bots/recent-events.ts';
import { readBotFrame } from '../../src/onebot/bot-frame.ts';
import type { AnswerState } from '../../src/port/types.ts';

function frameOf(members: object) {
  const frame = readBotFrame(Buffer.from(JSON.stringify({ self_id: 1, time: 1, ...members })));
  return frame.kind === 'event' ? frame : assert.fail();
}

const message = (members: object = {}) =>
  frameOf({ post_type: 'message', message_id: 7, user_id: 5, group_id: 3, message: 'a', ...members });
const POKE = frameOf({ post_type: 'notice', sub_type: 'poke', user_id: 5 });

const socket = (): EventSource => ({ session: {} });
const REPORTER = {};
const report = (state: AnswerState['state']): EventSource => ({ session: REPORTER, answer: { state } });

test('a message that two sessions report is one, in whatever form, whoever comes first', () => {
  const recent = new RecentEvents();
  const [one, other] = [socket(), socket()];
  assert.equal(recent.arrive(message(), one, 0).isNew, true);
  assert.equal(recent.arrive(message({ message: [] }), other, 10).isNew, false);
  assert.equal(recent.arrive(message({ message_id: 8 }), other, 20).isNew, true);
  assert.equal(recent.arrive(message({ message_id: 8 }), one, 30).isNew, false);
});

test('messages with other ids are others', () => {
  const recent = new RecentEvents();
  const [one, other] = [socket(), socket()];
  recent.arrive(message(), one, 0);
  for (const members of [
    { message_id: -7 },
    { group_id: 4 },
    { user_id: 6 },
    { time: 2 },
    { self_id: 2 },
    { post_type: 'message_sent' },
    { raw_message: 'b' },
  ]) {
    assert.equal(recent.arrive(message(members), other, 0).isNew, true, JSON.stringify(members));
  }
});

test('what is equal on one WebSocket happened twice; what two sessions report twice happened twice', () => {
  const recent = new RecentEvents();
  const [one, other] = [socket(), socket()];
  const taken = [one, one, other, other, other, one].map((source) => recent.arrive(POKE, source, 0).isNew);
  assert.deepEqual(taken, [true, true, false, false, true, false]);
});

test('a message that is reported again by HTTP is one, answered or not', () => {
  const recent = new RecentEvents();
  for (const state of ['sent', 'lost', 'open'] as const) {
    const event = message({ message_id: state });
    assert.equal(recent.arrive(event, report(state), 0).isNew, true);
    assert.equal(recent.arrive(event, report('open'), 20_000).isNew, false);
  }
});

test('what has no id is one again by HTTP only where the first was not answered', () => {
  for (const [state, isNew] of [
    ['sent', true],
    ['lost', false],
    ['open', false],
  ] as const) {
    const recent = new RecentEvents();
    recent.arrive(POKE, report(state), 0);
    assert.equal(recent.arrive(POKE, report('open'), 1).isNew, isNew, state);
  }
});

test('the memory has a bound in time and number', () => {
  const recent = new RecentEvents();
  recent.arrive(message(), report('sent'), 0);
  assert.equal(recent.arrive(message(), report('sent'), 59_999).isNew, false);
  assert.equal(recent.arrive(message(), report('sent'), 60_000).isNew, true);
  for (let id = 100; id < 20_200; id += 1) recent.arrive(message({ message_id: id }), report('sent'), 60_001);
  assert.equal(recent.arrive(message(), report('sent'), 60_002).isNew, true);
});

test('what was not kept is new when it comes again', () => {
  const recent = new RecentEvents();
  recent.forget(message(), recent.arrive(message(), report('sent'), 0).known);
  assert.equal(recent.arrive(message(), report('open'), 1).isNew, true);
});

test('ids of any length are told apart', () => {
  const recent = new RecentEvents();
  const long = 'x'.repeat(100_000);
  assert.equal(recent.arrive(message({ message_id: `${long}a` }), report('sent'), 0).isNew, true);
  assert.equal(recent.arrive(message({ message_id: `${long}b` }), report('sent'), 0).isNew, true);
});
