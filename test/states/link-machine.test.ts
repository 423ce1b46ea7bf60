import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LinkSeen } from '../../src/servers/types.ts';
import { LinkMachine } from '../../src/states/link-machine.ts';
import { linkSeen, TestClock } from './machine-options.ts';

function bench() {
  const clock = new TestClock();
  const machine = new LinkMachine(clock);
  const openedAt = clock.ms;
  const standing = (seen: Partial<LinkSeen> = {}) => machine.standing(linkSeen(clock, { since: openedAt, ...seen }));
  return { clock, machine, standing, state: (seen: Partial<LinkSeen> = {}) => standing(seen).state };
}

const NO_TOKEN = { words: 'it answers 401', cure: 'set access_token' };
const REFUSED = { words: 'connection refused', cure: 'start it' };
const CLOSED = { words: 'the peer closed the link (1000)', cure: 'it may refuse the token' };
const ORDINARY = { isTooLarge: false };

test('nothing sent yet is idle, a link that stands is up', () => {
  const { state } = bench();
  assert.equal(state({ state: 'idle' }), 'idle');
  assert.equal(state({ state: 'connecting' }), 'idle');
  assert.equal(state(), 'up');
});

test('three events in a row that are refused make it refusing, one that is taken ends it', () => {
  const { machine, standing, state } = bench();
  machine.refused(NO_TOKEN);
  machine.refused(NO_TOKEN);
  assert.deepEqual([state(), standing().cause], ['up', 'it answers 401'], 'two are no state, and are said');
  machine.refused({ ...NO_TOKEN, said: 'bad\n token hunter2' });
  assert.deepEqual(
    [state(), String(standing().cause), standing().cure],
    ['refusing', 'it answers 401: "bad token ***"', 'set access_token'],
  );
  machine.delivered();
  assert.deepEqual([state(), standing().cause], ['up', undefined]);
});

test('refusals that are not in a row are none', () => {
  const { machine, state } = bench();
  for (let round = 0; round < 3; round += 1) {
    machine.refused(NO_TOKEN);
    machine.refused(NO_TOKEN);
    machine.delivered();
  }
  assert.equal(state(), 'up');
});

test('a server that takes and refuses in turn is up, whatever it says to heartbeats', () => {
  const { machine, standing, state } = bench();
  for (let round = 0; round < 5; round += 1) {
    machine.delivered();
    machine.refused(NO_TOKEN);
    assert.deepEqual([state(), standing().cause], ['up', 'it answers 401']);
  }
});

test('heartbeats that are refused count until an event is taken meanwhile, and again when one was taken', () => {
  const { machine, state } = bench();
  for (let count = 0; count < 3; count += 1) machine.metaPosted(NO_TOKEN);
  assert.equal(state(), 'refusing');
  machine.delivered();
  for (let count = 0; count < 9; count += 1) machine.metaPosted(count < 5 ? NO_TOKEN : 'unanswered');
  assert.equal(state(), 'up', 'it takes events');
  machine.metaPosted('taken');
  for (let count = 0; count < 3; count += 1) machine.metaPosted(NO_TOKEN);
  assert.equal(state(), 'refusing', 'it took heartbeats before');
});

test('a server that takes heartbeats and refuses or does not answer events is no better for its heartbeats', () => {
  const { machine, state } = bench();
  for (let count = 0; count < 3; count += 1) {
    machine.refused(NO_TOKEN);
    machine.metaPosted('taken');
  }
  assert.equal(state(), 'refusing');
  machine.unanswered();
  machine.metaPosted('taken');
  assert.equal(state(), 'slow');
  machine.delivered();
  assert.equal(state(), 'up');
  machine.metaPosted('unanswered');
  assert.equal(state(), 'slow');
  machine.metaPosted('taken');
  assert.equal(state(), 'up', 'it was a heartbeat that was not answered');
});

test('a heartbeat that is answered shows that a server is there, whatever it does with events', () => {
  const { machine, state } = bench();
  machine.refused(NO_TOKEN);
  machine.failed(REFUSED);
  assert.equal(state(), 'unreachable');
  machine.metaPosted('taken');
  assert.equal(state(), 'up');
});

test('what a server says is cut', () => {
  const { machine, standing } = bench();
  for (let count = 0; count < 3; count += 1) machine.refused({ ...NO_TOKEN, said: 'x'.repeat(5_000) });
  assert.ok(String(standing().cause).length < 200);
});

test('it is unreachable from the first failure on, with the reason, until a connection stands', () => {
  const { clock, machine, standing, state } = bench();
  machine.failed(REFUSED);
  const { since, cause, cure } = standing({ state: 'waiting' });
  assert.deepEqual([state({ state: 'waiting' }), cause, cure], ['unreachable', 'connection refused', 'start it']);
  clock.pass(30_000);
  machine.failed(REFUSED);
  assert.equal(standing({ state: 'waiting' }).since, since, 'it is since the first');
  machine.connected();
  assert.equal(state(), 'up');
});

test('a handshake that is refused three times in a row is refusing, until one succeeds', () => {
  const { machine, state } = bench();
  const states = [1, 2, 3].map(() => {
    machine.refusedHandshake(NO_TOKEN);
    return state({ state: 'waiting' });
  });
  assert.deepEqual(states, ['unreachable', 'unreachable', 'refusing']);
  machine.connected();
  assert.equal(state(), 'up');
});

test('a server that can not be connected any more refuses nothing', () => {
  const { machine, state } = bench();
  for (let count = 0; count < 5; count += 1) machine.refusedHandshake(NO_TOKEN);
  machine.connected();
  machine.closed(CLOSED, ORDINARY);
  machine.failed(REFUSED);
  assert.equal(state({ state: 'waiting' }), 'unreachable');
});

test('closing right after each handshake is refusing, also in the moment in which the link is up, until a link holds', () => {
  const { clock, machine, standing, state } = bench();
  for (let count = 0; count < 3; count += 1) {
    machine.connected();
    clock.pass(100);
    // The peer's library answers pings before it closes.
    machine.delivered();
    machine.closed({ ...CLOSED, said: 'who are you' }, ORDINARY);
  }
  assert.equal(String(standing({ state: 'waiting' }).cause), 'the peer closed the link (1000): "who are you"');
  assert.equal(standing({ state: 'waiting' }).cure, 'it may refuse the token');
  machine.connected();
  assert.equal(state(), 'refusing');
  clock.pass(5_000);
  assert.equal(state(), 'up');
});

test('links that held before they were closed, and closes for a frame that is too large, are no refusal', () => {
  const { clock, machine, state } = bench();
  for (let count = 0; count < 5; count += 1) {
    machine.connected();
    clock.pass(count % 2 === 0 ? 6_000 : 10);
    machine.closed(CLOSED, { isTooLarge: count % 2 === 1 });
  }
  assert.equal(state({ state: 'waiting' }), 'unreachable');
});

test('an event that is not answered in time is slow, until one is taken', () => {
  const { machine, state } = bench();
  machine.unanswered();
  assert.equal(state(), 'slow');
  machine.delivered();
  assert.equal(state(), 'up');
});

test('a queue that grows for over a minute is slow, and is not when it shrinks', () => {
  const { clock, state } = bench();
  let queuedEvents = 10;
  const states = new Set<string>();
  for (let step = 0; step < 12; step += 1) {
    states.add(state({ queuedEvents }));
    queuedEvents += step % 2 === 0 ? 9 : -3;
    clock.pass(5_000);
  }
  assert.deepEqual([...states], ['up'], 'a minute is not over');
  clock.pass(5_000);
  state({ queuedEvents });
  clock.pass(5_000);
  assert.equal(state({ queuedEvents: queuedEvents + 1 }), 'slow');
  clock.pass(5_000);
  assert.equal(state({ queuedEvents: 3 }), 'up');
});

test('a long queue that is worked off is up, and one that the operator holds back does not grow', () => {
  for (const seen of [{ by: -50 }, { by: 50, isPaused: true }, { by: 0 }]) {
    const { clock, state } = bench();
    let queuedEvents = 5_000;
    for (let step = 0; step < 30; step += 1) {
      assert.equal(state({ queuedEvents, isPaused: seen.isPaused ?? false }), 'up');
      queuedEvents += seen.by;
      clock.pass(5_000);
    }
  }
});

test('an event that waits for over a minute on a link that is up is slow, but not where it waits for its bot', () => {
  const { clock, state } = bench();
  const oldestAt = clock.ms - 600_000;
  clock.pass(59_000);
  assert.equal(state({ oldestAt, queuedEvents: 1 }), 'up', 'what waited while the link was away does not count');
  clock.pass(2_000);
  assert.equal(state({ oldestAt, queuedEvents: 1 }), 'slow');
  assert.equal(state({ oldestAt, queuedEvents: 1, isHeld: true }), 'up');
  assert.equal(state({ oldestAt, queuedEvents: 1, isPaused: true }), 'up');
});

test('refusing stands above unreachable, unreachable above slow', () => {
  const { machine, state } = bench();
  machine.unanswered();
  machine.failed(REFUSED);
  assert.equal(state({ state: 'waiting' }), 'unreachable');
  for (let count = 0; count < 3; count += 1) machine.refusedHandshake(NO_TOKEN);
  assert.equal(state({ state: 'waiting' }), 'refusing');
});

test('reconnect forgets what was', () => {
  const { machine, state } = bench();
  for (let count = 0; count < 3; count += 1) {
    machine.connected();
    machine.closed(CLOSED, ORDINARY);
    machine.refusedHandshake(NO_TOKEN);
  }
  machine.reset();
  assert.equal(state({ state: 'connecting' }), 'idle');
});

test('an application that has not dialled in is idle, and told so', () => {
  const { standing } = bench();
  const { state, cause, cure } = standing({ state: 'idle', listens: true });
  assert.deepEqual([state, String(cause)], ['idle', 'nobody has dialled in']);
  assert.match(String(cure), /start the application/);
});
