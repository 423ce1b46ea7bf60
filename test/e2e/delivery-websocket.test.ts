import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, test } from 'node:test';
import { type WebSocket, WebSocketServer } from 'ws';
import { startDaemon } from '../support/daemon.ts';
import { groupMessage, heartbeat, lifecycle, tagged } from '../support/events.ts';
import { eventually } from '../support/eventually.ts';
import type { FakeServerLink } from '../support/fake-server-link.ts';
import { FakeWebSocketServer } from '../support/fake-web-socket-server.ts';
import { greetedLink } from '../support/greeted-link.ts';
import { failOnLeaks } from '../support/leaks.ts';
import { ADMIN, eventuallyThere, operate, serverState, waitingEvents } from '../support/operate.ts';
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

describe('delivery to WebSocket servers', { concurrency: 3 }, () => {
  test('a server that never answers a ping is noticed once and served with best effort', async (t) => {
    const server = await FakeWebSocketServer.start(t);
    const daemon = await startDaemon(t, {
      config: { admin: ADMIN, server_list: { s: { host: '127.0.0.1', port: server.port } } },
    });
    await daemon.connectBot(t);
    const link = await server.nextLink();
    link.ignorePings();
    const early = await reportSafely(daemon, 5);
    for (const event of early) assert.equal(await link.nextEvent(), tagged(event, 's'));
    assert.equal(await waitingEvents(daemon, 's'), 5);
    // The bridge gives it 10 s.
    await daemon.says(/answers no pings/, { deadlineMs: 20_000 });
    await eventuallyThere(async () => assert.equal(await waitingEvents(daemon, 's'), 0));
    for (const event of await reportSafely(daemon, 3)) assert.equal(await link.nextEvent(), tagged(event, 's'));
    await eventuallyThere(async () => assert.equal((await serverState(daemon, 's')).counts.delivered, 8));
    link.drop();
    await operate(daemon, 'reconnect s');
    const second = await greetedLink(server, { after: link });
    const [late = ''] = await reportSafely(daemon, 1);
    assert.equal(await second.nextEvent(), tagged(late, 's'), 'what counted as delivered does not come again');
    assert.equal(daemon.output.all.filter((line) => /answers no pings/.test(line)).length, 1);
  });

  test('a WebSocket server that was away gets what it missed, in order, after the lifecycle frame', async (t) => {
    const server = await FakeWebSocketServer.start(t);
    const { port } = server;
    await server.stop();
    const daemon = await startDaemon(t, {
      config: { admin: ADMIN, server_list: { s: { host: '127.0.0.1', port } } },
    });

    const missed = [...(await reportSafely(daemon, 30, { selfId: '10001' }))];
    const others = await reportSafely(daemon, 5, { selfId: '10002' });
    assert.equal(await waitingEvents(daemon, 's'), 35);
    await server.listen();
    await operate(daemon, 'reconnect s');
    const link = await greetedLink(server, { selfId: '10001' });
    missed.push(...(await reportSafely(daemon, 3)));
    assert.deepEqual(await eventsOf(link, missed.length), taggedAll(missed, 's'));
    assert.deepEqual(
      await eventsOf(await greetedLink(server, { selfId: '10002' }), others.length),
      taggedAll(others, 's'),
    );
    await eventuallyThere(async () => assert.equal(await waitingEvents(daemon, 's'), 0));

    // It goes away once more, in the middle of a stream.
    await server.stop();
    const again = await reportSafely(daemon, 30);
    await server.listen();
    await operate(daemon, 'reconnect s');
    assert.deepEqual(
      await eventsOf(await greetedLink(server, { selfId: '10001', after: link }), again.length),
      taggedAll(again, 's'),
    );
  });

  test('what a server has not confirmed when its link breaks is sent again, in order, and nothing else', async (t) => {
    const server = await FakeWebSocketServer.start(t);
    const daemon = await startDaemon(t, {
      config: { admin: ADMIN, server_list: { s: { host: '127.0.0.1', port: server.port } } },
    });
    const bot = await daemon.connectBot(t);
    const first = await server.nextLink();
    await reportSafely(daemon, 5);
    await eventuallyThere(async () => assert.equal((await serverState(daemon, 's')).counts.delivered, 5));

    first.ignorePings();
    const unconfirmed = [...(await reportSafely(daemon, 20))];
    assert.deepEqual((await eventsOf(first, 25)).slice(5), taggedAll(unconfirmed, 's'));
    assert.equal(await waitingEvents(daemon, 's'), 20, 'sent is not delivered');
    first.drop();
    const late = groupMessage();
    bot.send(late);
    await eventuallyThere(async () => assert.equal(await waitingEvents(daemon, 's'), 21));
    await operate(daemon, 'reconnect s');
    const second = await greetedLink(server, { after: first });
    assert.deepEqual(await eventsOf(second, 21), taggedAll([...unconfirmed, late], 's'));
    await eventuallyThere(async () => assert.equal(await waitingEvents(daemon, 's'), 0));
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
    await eventuallyThere(async () => assert.notEqual((await serverState(daemon, 's')).links[0]?.state, 'up'));
    const missed = await reportSafely(daemon, 3);
    await server.listen();
    await operate(daemon, 'reconnect s');
    assert.deepEqual(await eventsOf(await greetedLink(server, { after: first }), 3), taggedAll(missed, 's'));
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
    const link = await greetedLink(server);
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
    await eventuallyThere(async () => assert.equal(await waitingEvents(daemon, 'lively'), 0));
    assert.equal(await waitingEvents(daemon, 'stalled'), big.length);
    stuck.resumeReading();
    assert.deepEqual(await eventsOf(stuck, big.length), taggedAll(big, 'stalled'));
    await eventuallyThere(async () => assert.equal(await waitingEvents(daemon, 'stalled'), 0));
  });

  test('under load there are fewer pings than events', async (t) => {
    let pings = 0;
    let events = 0;
    const http = createServer();
    const acceptor = new WebSocketServer({ server: http });
    const links: WebSocket[] = [];
    acceptor.on('connection', (link) => {
      links.push(link);
      link.on('ping', () => {
        pings += 1;
      });
      link.on('message', (data) => {
        if (!String(data).includes('"meta_event"')) events += 1;
      });
    });
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
    t.after(async () => {
      for (const link of links) link.terminate();
      await new Promise<void>((resolve) => http.close(() => resolve()));
    });
    const { port } = http.address() as AddressInfo;
    const daemon = await startDaemon(t, { config: { admin: ADMIN, server_list: { s: { host: '127.0.0.1', port } } } });
    const bot = await daemon.connectBot(t);
    for (let n = 0; n < 2_000; n += 1) bot.send(groupMessage());
    await eventually(() => events === 2_000);
    await eventuallyThere(async () => assert.equal(await waitingEvents(daemon, 's'), 0));
    assert.ok(pings > 0 && pings < 500, `${pings} pings for ${events} events`);
  });
});
