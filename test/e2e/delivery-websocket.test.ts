import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startDaemon } from '../support/daemon.ts';
import { groupMessage, heartbeat, lifecycle, tagged } from '../support/events.ts';
import { eventually } from '../support/eventually.ts';
import type { FakeServerLink } from '../support/fake-server-link.ts';
import { FakeWebSocketServer } from '../support/fake-web-socket-server.ts';
import { failOnLeaks } from '../support/leaks.ts';
import { ADMIN, operate, serverState, waitingEvents } from '../support/operate.ts';
import { reportSafely } from '../support/reports.ts';

failOnLeaks();

/** The frames of a link once it has that many: lifecycle `connect` first, then these. */
async function eventsOf(link: FakeServerLink, count: number): Promise<readonly string[]> {
  await eventually(() => link.frames.all.length > count);
  const [first = '', ...events] = link.frames.all;
  assert.match(first, /"meta_event_type":\s*"lifecycle"/);
  assert.match(first, /"sub_type":\s*"connect"/);
  return events;
}

const taggedAll = (events: readonly string[], server: string) => events.map((event) => tagged(event, server));

test('a WebSocket server that was away gets what it missed, in order, after the lifecycle frame', async (t) => {
  const server = await FakeWebSocketServer.start(t);
  const { port } = server;
  await server.stop();
  const daemon = await startDaemon(t, {
    config: { admin: ADMIN, server_list: { s: { host: '127.0.0.1', port } } },
  });

  const missed = [...(await reportSafely(daemon, 30, '10001'))];
  const others = await reportSafely(daemon, 5, '10002');
  assert.equal(await waitingEvents(daemon, 's'), 35);
  await server.listen();
  await operate(daemon, 'reconnect s');
  const link = await server.nextLink('10001');
  missed.push(...(await reportSafely(daemon, 3)));
  assert.deepEqual(await eventsOf(link, missed.length), taggedAll(missed, 's'));
  assert.deepEqual(await eventsOf(await server.nextLink('10002'), others.length), taggedAll(others, 's'));
  await eventually(async () => assert.equal(await waitingEvents(daemon, 's'), 0));

  // It goes away once more, in the middle of a stream.
  await server.stop();
  const again = await reportSafely(daemon, 30);
  await server.listen();
  await operate(daemon, 'reconnect s');
  assert.deepEqual(await eventsOf(await server.nextLink('10001'), again.length), taggedAll(again, 's'));
});

test('what a server has not confirmed when its link breaks is sent again, in order, and nothing else', async (t) => {
  const server = await FakeWebSocketServer.start(t);
  const daemon = await startDaemon(t, {
    config: { admin: ADMIN, server_list: { s: { host: '127.0.0.1', port: server.port } } },
  });
  const bot = await daemon.connectBot(t);
  const first = await server.nextLink();
  await reportSafely(daemon, 5);
  await eventually(async () => assert.equal((await serverState(daemon, 's')).counts.delivered, 5));

  first.ignorePings();
  const unconfirmed = [...(await reportSafely(daemon, 20))];
  assert.deepEqual((await eventsOf(first, 25)).slice(5), taggedAll(unconfirmed, 's'));
  assert.equal(await waitingEvents(daemon, 's'), 20, 'sent is not delivered');
  first.drop();
  const late = groupMessage();
  bot.send(late);
  await eventually(async () => assert.equal(await waitingEvents(daemon, 's'), 21));
  await operate(daemon, 'reconnect s');
  const second = await server.nextLink();
  assert.deepEqual(await eventsOf(second, 21), taggedAll([...unconfirmed, late], 's'));
  await eventually(async () => assert.equal(await waitingEvents(daemon, 's'), 0));
  assert.equal(second.frames.all.length, 22);
});

test('at_most_once: what may have left is not sent again, what waited is', async (t) => {
  const server = await FakeWebSocketServer.start(t);
  const daemon = await startDaemon(t, {
    config: {
      admin: ADMIN,
      server_list: { s: { host: '127.0.0.1', port: server.port, delivery: 'at_most_once' } },
    },
  });
  await daemon.connectBot(t);
  const first = await server.nextLink();
  first.ignorePings();
  await reportSafely(daemon, 10);
  await eventsOf(first, 10);
  await server.stop();
  await eventually(async () => assert.notEqual((await serverState(daemon, 's')).links[0]?.state, 'up'));
  const missed = await reportSafely(daemon, 3);
  await server.listen();
  await operate(daemon, 'reconnect s');
  assert.deepEqual(await eventsOf(await server.nextLink(), 3), taggedAll(missed, 's'));
});

test('heartbeats and lifecycle events never wait', async (t) => {
  const server = await FakeWebSocketServer.start(t);
  const { port } = server;
  await server.stop();
  const daemon = await startDaemon(t, {
    config: { admin: ADMIN, server_list: { s: { host: '127.0.0.1', port } } },
  });
  const event = groupMessage();
  for (const body of [heartbeat(), lifecycle({ subType: 'enable' }), event, heartbeat()]) {
    assert.equal((await daemon.report(body)).status, 204);
  }
  assert.equal(await waitingEvents(daemon, 's'), 1);
  await server.listen();
  await operate(daemon, 'reconnect s');
  const link = await server.nextLink();
  const [late] = await reportSafely(daemon, 1);
  assert.deepEqual(await eventsOf(link, 2), taggedAll([event, late ?? ''], 's'));
});

test('a server that reads nothing holds up no other server, no bot and no call', async (t) => {
  const stalled = await FakeWebSocketServer.start(t);
  const lively = await FakeWebSocketServer.start(t);
  const daemon = await startDaemon(t, {
    config: {
      admin: ADMIN,
      server_list: {
        stalled: { host: '127.0.0.1', port: stalled.port },
        lively: { host: '127.0.0.1', port: lively.port },
      },
    },
  });
  const bot = await daemon.connectBot(t);
  const [stuck, link] = await Promise.all([stalled.nextLink(), lively.nextLink()]);
  await stuck.frames.take();
  stuck.stopReading();
  // More than fits into the buffers of both ends of the stalled connection.
  const big = Array.from({ length: 120 }, () => groupMessage({ text: 'x'.repeat(200_000) }));
  for (const event of big) bot.send(event);
  for (const event of big) assert.equal(await link.nextEvent(), tagged(event, 'lively'));
  assert.match(await link.call('get_status', {}, '"e"'), /"status":"ok"/);
  await eventually(async () => assert.equal(await waitingEvents(daemon, 'lively'), 0));
  assert.equal(await waitingEvents(daemon, 'stalled'), big.length);
  stuck.resumeReading();
  assert.deepEqual(await eventsOf(stuck, big.length), taggedAll(big, 'stalled'));
  await eventually(async () => assert.equal(await waitingEvents(daemon, 'stalled'), 0));
});
