import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type ConfigFile, type Daemon, startDaemon } from '../support/daemon.ts';
import { notice, tagged } from '../support/events.ts';
import { eventually } from '../support/eventually.ts';
import { FakeHttpServer } from '../support/fake-http-server.ts';
import type { FakeServerLink } from '../support/fake-server-link.ts';
import { FakeWebSocketServer } from '../support/fake-web-socket-server.ts';
import { freePort } from '../support/free-port.ts';
import { gate } from '../support/gate.ts';
import { greetedLink } from '../support/greeted-link.ts';
import { failOnLeaks } from '../support/leaks.ts';
import { ADMIN, eventuallyThere, operate, serverState, waitingEvents } from '../support/operate.ts';
import { isEvent, reportSafely } from '../support/reports.ts';

failOnLeaks();

async function reload(daemon: Daemon, servers: ConfigFile): Promise<string> {
  await daemon.writeConfig({ admin: ADMIN, server_list: servers });
  return await operate(daemon, 'reload config');
}

async function expectEvents(link: FakeServerLink, events: readonly string[], server: string): Promise<void> {
  await eventually(() => link.frames.all.filter(isEvent).length >= events.length);
  const wanted = events.map((event) => tagged(event, server));
  assert.deepEqual(link.frames.all.filter(isEvent), wanted);
}

describe('delivery over a changed server_list', { concurrency: 3 }, () => {
  test('a server that is renamed takes along what waits for it', async (t) => {
    const web = await FakeWebSocketServer.start(t);
    await web.stop();
    const socket = { host: '127.0.0.1', port: web.port };
    const hook = { protocol: 'http', host: '127.0.0.1', port: await freePort(), concurrency: 1 };
    const daemon = await startDaemon(t, { config: { admin: ADMIN, server_list: { socket, hook } } });
    const events = [...(await reportSafely(daemon, 5))];
    await reload(daemon, { survival: socket, archive: hook });
    events.push(...(await reportSafely(daemon, 2)));
    assert.deepEqual([await waitingEvents(daemon, 'survival'), await waitingEvents(daemon, 'archive')], [7, 7]);

    await web.listen();
    const archive = await FakeHttpServer.start(t, hook.port);
    for (const name of ['survival', 'archive']) await operate(daemon, `reconnect ${name}`);
    await expectEvents(await greetedLink(web), events, 'survival');
    await eventuallyThere(async () => assert.equal(await waitingEvents(daemon, 'archive'), 0));
    const bodies = archive.posts.all.map(({ body }) => body).filter(isEvent);
    const wanted = events.map((event) => tagged(event, 'archive'));
    assert.deepEqual(bodies, wanted);
  });

  test('what waits for a server that is removed is there when it comes back, also after a restart', async (t) => {
    const web = await FakeWebSocketServer.start(t);
    await web.stop();
    const socket = { host: '127.0.0.1', port: web.port };
    const daemon = await startDaemon(t, { config: { admin: ADMIN, server_list: { socket } } });
    const events = [...(await reportSafely(daemon, 5))];
    await reload(daemon, {});
    await daemon.says(/gone.*events=5/);
    await reportSafely(daemon, 1);
    await reload(daemon, { socket });
    events.push(...(await reportSafely(daemon, 1)));
    assert.equal(await waitingEvents(daemon, 'socket'), 6);

    await reload(daemon, {});
    await daemon.stop();
    await daemon.writeConfig({ admin: ADMIN, server_list: { socket } });
    await web.listen();
    const again = await daemon.startAgain();
    await expectEvents(await web.nextLink(), events, 'socket');
    await eventuallyThere(async () => assert.equal(await waitingEvents(again, 'socket'), 0));
  });

  test('a server that is changed, or disabled for a while, goes on where it was', async (t) => {
    const old = await FakeWebSocketServer.start(t);
    const web = await FakeWebSocketServer.start(t);
    const daemon = await startDaemon(t, {
      config: { admin: ADMIN, server_list: { s: { host: '127.0.0.1', port: old.port } } },
    });
    await daemon.connectBot(t);
    const before = await old.nextLink();
    const first = await reportSafely(daemon, 3);
    await expectEvents(before, first, 's');
    await eventuallyThere(async () => assert.equal((await serverState(daemon, 's')).counts.delivered, 3));
    await reload(daemon, { s: { host: '127.0.0.1', port: old.port, enabled: false } });
    await before.closed();
    const moved = { host: '127.0.0.1', port: web.port, path: '/elsewhere', call_timeout: '5s' };
    await old.stop();
    await reload(daemon, { s: { ...moved, port: old.port } });
    const events = await reportSafely(daemon, 4);
    await reload(daemon, { s: moved });
    await expectEvents(await web.nextLink(), events, 's');
  });

  test('a reload that leaves a server as it is breaks no link and sends nothing twice', async (t) => {
    const web = await FakeWebSocketServer.start(t);
    const other = await FakeWebSocketServer.start(t);
    const s = { host: '127.0.0.1', port: web.port };
    const daemon = await startDaemon(t, { config: { admin: ADMIN, server_list: { s } } });
    await daemon.connectBot(t);
    const link = await web.nextLink();
    link.ignorePings();
    const events = [...(await reportSafely(daemon, 3))];
    await reload(daemon, { s, other: { host: '127.0.0.1', port: other.port } });
    await other.nextLink();
    events.push(...(await reportSafely(daemon, 3)));
    await expectEvents(link, events, 's');
    assert.equal(web.upgrades.all.length, 1);
  });

  test('a paused server stays paused over a reload, and loses nothing', async (t) => {
    const web = await FakeWebSocketServer.start(t);
    const s = { host: '127.0.0.1', port: web.port };
    const daemon = await startDaemon(t, { config: { admin: ADMIN, server_list: { s } } });
    await daemon.connectBot(t);
    await web.nextLink();
    await operate(daemon, 'pause s');
    const events = await reportSafely(daemon, 4);
    await reload(daemon, { s: { ...s, access_token: 'token' } });
    const link = await web.nextLink();
    await link.frames.take();
    assert.equal((await serverState(daemon, 's')).paused, true);
    assert.equal(await waitingEvents(daemon, 's'), 4);
    await operate(daemon, 'resume s');
    await expectEvents(link, events, 's');
  });

  test('a POST under way when its server is changed is not made twice', async (t) => {
    for (const delivery of ['at_least_once', 'at_most_once']) {
      const server = await FakeHttpServer.start(t);
      const answered = gate();
      const s = { protocol: 'http', host: '127.0.0.1', port: server.port, concurrency: 1, delivery };
      const daemon = await startDaemon(t, { config: { admin: ADMIN, server_list: { s } } });
      server.reply = async ({ body }) => {
        // With at_most_once it is never answered: it may have arrived, and that is enough.
        const isFirst = isEvent(body) && !server.posts.all.some((post) => isEvent(post.body));
        if (isFirst && delivery === 'at_most_once') return 'hang';
        if (isFirst) await answered.opened;
        return { status: 204 };
      };
      const first = await reportSafely(daemon, 1, { make: notice });
      await server.nextEvent();
      const reloaded = reload(daemon, { s: { ...s, timeout: '50s' } });
      const second = await reportSafely(daemon, 1, { make: notice });
      answered.open();
      await reloaded;
      await eventuallyThere(async () => assert.equal(await waitingEvents(daemon, 's'), 0));
      const bodies = server.posts.all.map(({ body }) => body).filter(isEvent);
      const wanted = [...first, ...second].map((event) => tagged(event, 's'));
      assert.deepEqual(bodies, wanted, delivery);
    }
  });
});
