import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { type ConfigFile, type Daemon, startDaemon } from '../support/daemon.ts';
import { groupMessage, tagged } from '../support/events.ts';
import { FakeHttpServer } from '../support/fake-http-server.ts';
import { FakeWebSocketServer } from '../support/fake-web-socket-server.ts';
import { freePort } from '../support/free-port.ts';
import { greetedLink } from '../support/greeted-link.ts';
import { failOnLeaks } from '../support/leaks.ts';
import { ADMIN, eventuallyThere, operate, serverState, waitingEvents } from '../support/operate.ts';
import { isEvent, reportSafely } from '../support/reports.ts';

failOnLeaks();

interface Setting {
  readonly daemon: Daemon;
  readonly web: FakeWebSocketServer;
  readonly httpPort: number;
}

/** A daemon with a WebSocket and an HTTP server, both away, with these bounds. */
async function startAway(t: TestContext, queue: ConfigFile): Promise<Setting> {
  const web = await FakeWebSocketServer.start(t);
  await web.stop();
  const httpPort = await freePort();
  const daemon = await startDaemon(t, {
    config: {
      admin: ADMIN,
      server_list: {
        socket: { host: '127.0.0.1', port: web.port, queue },
        hook: { protocol: 'http', host: '127.0.0.1', port: httpPort, concurrency: 1, queue },
      },
    },
  });
  return { daemon, web, httpPort };
}

/** Lets both servers come back and sees them get exactly these events, with a last one that is reported now. */
async function expectKept(t: TestContext, { daemon, web, httpPort }: Setting, kept: readonly string[]): Promise<void> {
  await web.listen();
  const archive = await FakeHttpServer.start(t, httpPort);
  for (const name of ['socket', 'hook']) await operate(daemon, `reconnect ${name}`);
  const link = await greetedLink(web);
  await link.frames.take();
  await eventuallyThere(async () => assert.equal((await serverState(daemon, 'hook')).links[0]?.state, 'up'));
  const [last = ''] = await reportSafely(daemon, 1);
  for (const name of ['socket', 'hook']) {
    await eventuallyThere(async () => assert.equal(await waitingEvents(daemon, name), 0));
    const got = name === 'socket' ? link.frames.all : archive.posts.all.map(({ body }) => body);
    const wanted = [...kept, last].map((event) => tagged(event, name));
    assert.deepEqual(got.filter(isEvent), wanted, name);
  }
}

describe('bounds of what waits', { concurrency: 3 }, () => {
  test('past max_age the oldest go and are counted', async (t) => {
    const setting = await startAway(t, { max_age: '500ms' });
    const { daemon } = setting;
    await reportSafely(daemon, 4);
    for (const name of ['socket', 'hook']) {
      await eventuallyThere(async () => assert.equal(await waitingEvents(daemon, name), 0));
      assert.equal((await serverState(daemon, name)).counts.dropped.tooOld, 4);
    }
    const report = await operate(daemon, 'queue');
    assert.equal(report.match(/4 too old/g)?.length, 2, report);
    // Afterwards all goes on.
    await setting.web.listen();
    await operate(daemon, 'reconnect socket');
    const link = await greetedLink(setting.web);
    await link.frames.take();
    const [event = ''] = await reportSafely(daemon, 1);
    assert.equal(await link.nextEvent(), tagged(event, 'socket'));
    assert.equal(link.frames.all.length, 2);
  });

  test('past max_events the oldest go and are counted', async (t) => {
    const setting = await startAway(t, { max_events: 5 });
    const { daemon } = setting;
    const events = await reportSafely(daemon, 12);
    for (const name of ['socket', 'hook']) {
      assert.equal(await waitingEvents(daemon, name), 5);
      assert.equal((await serverState(daemon, name)).counts.dropped.overflow, 7);
    }
    const report = await operate(daemon, 'queue');
    assert.equal(report.match(/7 overflow/g)?.length, 2, report);
    const lines = setting.daemon.output.all.filter((line) => /events dropped/.test(line));
    assert.ok(lines.length <= 4, `a burst is logged once per server, not ${lines.length} times`);
    await expectKept(t, setting, events.slice(-5));
  });

  test('past max_bytes the oldest go and are counted, but a last one is kept whatever its size', async (t) => {
    const setting = await startAway(t, { max_bytes: '4KiB' });
    const { daemon } = setting;
    const small = await reportSafely(daemon, 20);
    const bytes = small[0]?.length ?? 0;
    for (const name of ['socket', 'hook']) {
      const { links, counts } = await serverState(daemon, name);
      assert.ok((links[0]?.queuedBytes ?? 0) <= 4096);
      assert.ok((links[0]?.queuedBytes ?? 0) > 4096 - 2 * bytes);
      assert.equal(counts.dropped.overflow + (links[0]?.queuedEvents ?? 0), 20);
    }
    const big = groupMessage({ text: 'x'.repeat(10_000) });
    assert.equal((await daemon.report(big)).status, 204);
    assert.equal(await waitingEvents(daemon, 'socket'), 1);
    await expectKept(t, setting, [big]);
  });

  test('an event larger than max_bytes reaches a server that is up', async (t) => {
    const web = await FakeWebSocketServer.start(t);
    const archive = await FakeHttpServer.start(t);
    const queue = { max_bytes: '1KiB' };
    const daemon = await startDaemon(t, {
      config: {
        admin: ADMIN,
        server_list: {
          socket: { host: '127.0.0.1', port: web.port, queue },
          hook: { protocol: 'http', host: '127.0.0.1', port: archive.port, queue },
        },
      },
    });
    const bot = await daemon.connectBot(t);
    const link = await web.nextLink();
    for (const size of [2_000, 3_000_000]) {
      const event = groupMessage({ text: 'x'.repeat(size) });
      bot.send(event);
      assert.equal(await link.nextEvent(), tagged(event, 'socket'));
      assert.equal((await archive.nextEvent()).body, tagged(event, 'hook'));
      for (const name of ['socket', 'hook'])
        await eventuallyThere(async () => assert.equal(await waitingEvents(daemon, name), 0));
    }
  });

  test('max_age 0 keeps nothing for a server that is away, and gives what comes to one that is up', async (t) => {
    const setting = await startAway(t, { max_age: 0 });
    const { daemon } = setting;
    await reportSafely(daemon, 6);
    for (const name of ['socket', 'hook']) {
      await eventuallyThere(async () => assert.equal(await waitingEvents(daemon, name), 0, name));
      assert.equal((await serverState(daemon, name)).counts.dropped.tooOld, 6, name);
    }
    await setting.web.listen();
    await operate(daemon, 'reconnect socket');
    const link = await greetedLink(setting.web);
    await link.frames.take();
    const [event = ''] = await reportSafely(daemon, 1);
    assert.equal(await link.nextEvent(), tagged(event, 'socket'));
    assert.equal(link.frames.all.length, 2);
  });

  test('a server that keeps nothing costs no other server its events', async (t) => {
    const absent = await freePort();
    const web = await FakeWebSocketServer.start(t);
    const archive = await FakeHttpServer.start(t);
    const daemon = await startDaemon(t, {
      config: {
        admin: ADMIN,
        server_list: {
          absent: { host: '127.0.0.1', port: absent, queue: { max_age: 0 } },
          socket: { host: '127.0.0.1', port: web.port },
          hook: { protocol: 'http', host: '127.0.0.1', port: archive.port, concurrency: 1 },
        },
      },
    });
    await daemon.connectBot(t);
    const link = await web.nextLink();
    for (const event of await reportSafely(daemon, 3)) {
      assert.equal(await link.nextEvent(), tagged(event, 'socket'));
      assert.equal((await archive.nextEvent()).body, tagged(event, 'hook'));
    }
  });

  test('a server that is up loses nothing to small bounds when events come in a burst', async (t) => {
    const web = await FakeWebSocketServer.start(t);
    const daemon = await startDaemon(t, {
      config: { admin: ADMIN, server_list: { s: { host: '127.0.0.1', port: web.port, queue: { max_events: 50 } } } },
    });
    const bot = await daemon.connectBot(t);
    const link = await web.nextLink();
    const events = Array.from({ length: 50 }, () => groupMessage());
    for (const event of events) bot.send(event);
    for (const event of events) assert.equal(await link.nextEvent(), tagged(event, 's'));
  });
});
