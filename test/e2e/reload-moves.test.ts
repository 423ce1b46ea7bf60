import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import { type ConfigFile, type Daemon, startDaemon } from '../support/daemon.ts';
import { dialIn } from '../support/dial-in.ts';
import { notice, tagged } from '../support/events.ts';
import { eventually } from '../support/eventually.ts';
import { FakeHttpServer } from '../support/fake-http-server.ts';
import type { FakeServerLink } from '../support/fake-server-link.ts';
import { FakeWebSocketServer } from '../support/fake-web-socket-server.ts';
import { freePort } from '../support/free-port.ts';
import { failOnLeaks } from '../support/leaks.ts';
import { ADMIN, eventuallyThere, operate, serverState, waitingEvents } from '../support/operate.ts';
import { isEvent, reportSafely } from '../support/reports.ts';

failOnLeaks();

async function reload(daemon: Daemon, servers: ConfigFile): Promise<string> {
  await daemon.writeConfig({ admin: ADMIN, server_list: servers });
  return await operate(daemon, 'reload config');
}

async function report(daemon: Daemon, count: number): Promise<readonly string[]> {
  return await reportSafely(daemon, count, { make: notice });
}

/** An application that takes events and only confirms them when told to. */
interface Application {
  readonly entry: ConfigFile;
  /** The events that it has got so far. */
  readonly got: () => readonly string[];
  /** Dials the bridge, if the application is one that dials in. */
  readonly begin: (daemon: Daemon) => Promise<void>;
}

type Protocol = 'websocket' | 'http' | 'listen';

async function application(t: TestContext, protocol: Protocol, confirms: boolean): Promise<Application> {
  if (protocol === 'http') {
    const server = await FakeHttpServer.start(t);
    server.reply = ({ body }) => (confirms || !isEvent(body) ? { status: 204 } : 'hang');
    return {
      entry: { protocol, host: '127.0.0.1', port: server.port, concurrency: confirms ? 1 : 3 },
      got: () => server.posts.all.map(({ body }) => body).filter(isEvent),
      begin: async () => {},
    };
  }
  if (protocol === 'websocket') {
    const server = await FakeWebSocketServer.start(t);
    return {
      entry: { protocol, host: '127.0.0.1', port: server.port },
      got: () => server.links.all.flatMap((link) => link.frames.all).filter(isEvent),
      begin: async () => {
        const link = await server.nextLink();
        if (!confirms) link.ignorePings();
      },
    };
  }
  const links: FakeServerLink[] = [];
  return {
    entry: { protocol, access_token: 'application' },
    got: () => links.flatMap((link) => link.frames.all).filter(isEvent),
    begin: async (daemon) => {
      const link = await dialIn(t, { url: `${daemon.wsUrl}/`, token: 'application' });
      if (!confirms) link.ignorePings();
      links.push(link);
    },
  };
}

async function expectEvents(got: () => readonly string[], events: readonly string[], server: string): Promise<void> {
  await eventually(() => assert.ok(got().length >= events.length, `${got().length} of ${events.length} came`), {
    deadlineMs: 20_000,
  });
  const wanted = events.map((event) => tagged(event, server));
  assert.deepEqual(got(), wanted);
}

describe('a reload while events are in flight', { concurrency: 3 }, () => {
  const protocols = ['websocket', 'http', 'listen'] as const;
  for (const from of protocols) {
    for (const to of protocols.filter((each) => each !== from)) {
      test(`a server that changes from ${from} to ${to} gets what it had not confirmed, in order`, async (t) => {
        const [old, now] = [await application(t, from, false), await application(t, to, true)];
        const daemon = await startDaemon(t, { config: { admin: ADMIN, server_list: { s: old.entry } } });
        await daemon.connectBot(t);
        await old.begin(daemon);
        const events = [...(await report(daemon, 5))];
        await eventually(() => assert.ok(old.got().length >= 3));
        await reload(daemon, { s: now.entry });
        events.push(...(await report(daemon, 2)));
        await now.begin(daemon);
        await expectEvents(now.got, events, 's');
        await eventuallyThere(async () => assert.equal(await waitingEvents(daemon, 's'), 0));
      });
    }
  }

  test('a server that takes a name under which events wait gets them and its own, in order', async (t) => {
    const dead = { host: '127.0.0.1', port: await freePort() };
    const b = await FakeWebSocketServer.start(t);
    const entry = { host: '127.0.0.1', port: b.port };
    const daemon = await startDaemon(t, { config: { admin: ADMIN, server_list: { a: dead, b: entry } } });
    await daemon.connectBot(t);
    const link = await b.nextLink();
    const events = [...(await report(daemon, 2))];
    await eventuallyThere(async () => assert.equal(await waitingEvents(daemon, 'b'), 0));
    await reload(daemon, { b: entry });
    link.ignorePings();
    events.push(...(await report(daemon, 3)));
    await eventually(() => assert.equal(link.frames.all.filter(isEvent).length, 5));
    await reload(daemon, { a: entry });
    const next = await b.nextLink();
    await expectEvents(() => next.frames.all.filter(isEvent), events, 'a');
    assert.ok(daemon.isRunning);
  });

  test('two servers that swap their names, or their addresses, each get what waited for them', async (t) => {
    const [one, other] = [await FakeWebSocketServer.start(t), await FakeWebSocketServer.start(t)];
    const [x, y] = [one, other].map(({ port }) => ({ host: '127.0.0.1', port }));
    const daemon = await startDaemon(t, { config: { admin: ADMIN, server_list: { a: x, b: y } } });
    await daemon.connectBot(t);
    const silent = await one.nextLink();
    silent.ignorePings();
    const kept = await other.nextLink();
    const events = await report(daemon, 4);
    await eventually(() => assert.equal(silent.frames.all.filter(isEvent).length, 4));
    await eventuallyThere(async () => assert.equal(await waitingEvents(daemon, 'b'), 0));
    await reload(daemon, { b: x, a: y });
    const again = await one.nextLink();
    await expectEvents(() => again.frames.all.filter(isEvent), events, 'b');
    const [last] = await report(daemon, 1);
    const next = await other.nextLink();
    await expectEvents(() => next.frames.all.filter(isEvent), [last ?? ''], 'a');
    assert.equal(kept.frames.all.filter(isEvent).length, 4);
  });

  test('bots that a server sees no more take their events out of its queue, and bring them back in order', async (t) => {
    const dead = { protocol: 'http', host: '127.0.0.1', port: await freePort(), concurrency: 1 };
    const daemon = await startDaemon(t, { config: { admin: ADMIN, server_list: { s: dead } } });
    const events: string[] = [];
    for (let n = 0; n < 6; n += 1) {
      const selfId = n % 2 === 0 ? '10001' : '10002';
      events.push(...(await reportSafely(daemon, 1, { make: notice, selfId })));
    }
    await reload(daemon, { s: { ...dead, bots: [10001] } });
    assert.equal(await waitingEvents(daemon, 's'), 3);
    await reload(daemon, { s: dead });
    assert.equal(await waitingEvents(daemon, 's'), 6);
    const server = await FakeHttpServer.start(t, dead.port);
    await operate(daemon, 'reconnect s');
    await expectEvents(() => server.posts.all.map(({ body }) => body).filter(isEvent), events, 's');
  });
});

describe('what was answered to the operator survives a kill', { concurrency: 3 }, () => {
  test('a rename', async (t) => {
    const web = await FakeWebSocketServer.start(t);
    await web.stop();
    const entry = { host: '127.0.0.1', port: web.port };
    const daemon = await startDaemon(t, { config: { admin: ADMIN, server_list: { a: entry } } });
    const events = await report(daemon, 5);
    await reload(daemon, { renamed: entry });
    await daemon.kill9();
    await web.listen();
    const again = await daemon.startAgain();
    const link = await web.nextLink();
    await expectEvents(() => link.frames.all.filter(isEvent), events, 'renamed');
    await eventuallyThere(async () => assert.equal(await waitingEvents(again, 'renamed'), 0));
  });

  test('the dead letters and the pause of a renamed server, dead retry and dead drop', async (t) => {
    const hook = await FakeHttpServer.start(t);
    hook.reply = ({ body }) => ({ status: isEvent(body) ? 403 : 204 });
    const entry = { protocol: 'http', host: '127.0.0.1', port: hook.port, concurrency: 1 };
    const daemon = await startDaemon(t, { config: { admin: ADMIN, server_list: { a: entry, other: entry } } });
    const events = await report(daemon, 2);
    await eventuallyThere(async () => {
      for (const name of ['a', 'other']) assert.equal((await serverState(daemon, name)).counts.dropped.dead, 2);
    });
    await operate(daemon, 'pause a');
    await reload(daemon, { renamed: entry, other: entry });
    assert.equal((await serverState(daemon, 'renamed')).paused, true);
    assert.match(await operate(daemon, 'dead drop other'), /2 dead letters of other thrown away/);
    assert.match(await operate(daemon, 'dead retry renamed'), /2 dead letters of renamed will be sent again/);
    assert.equal(await waitingEvents(daemon, 'renamed'), 2);
    await daemon.kill9();
    const before = hook.posts.all.length;
    hook.reply = () => ({ status: 204 });
    const again = await daemon.startAgain();
    const got = () => hook.posts.all.slice(before).map(({ body }) => body);
    await expectEvents(() => got().filter(isEvent), events, 'renamed');
    assert.match(await operate(again, 'dead'), /no dead letters/);
  });
});

test('a reload names what was changed, and what follows from that is not named', async (t) => {
  const daemon = await startDaemon(t, { config: { admin: ADMIN } });
  const answer = await reload(daemon, { a: { protocol: 'listen', access_token: 'application', bots: [10001] } });
  assert.deepEqual(answer.split('\n'), ['server a: added', 'The config is reloaded.']);
});

test('a port that listens on the network stays shut when the file says loopback and no token', async (t) => {
  const open = { admin: ADMIN, host: '0.0.0.0', access_token: 'token' };
  const daemon = await startDaemon(t, { config: open });
  await daemon.writeConfig({ admin: ADMIN, host: '127.0.0.1' });
  await assert.rejects(operate(daemon, 'reload config'), /listens on 0\.0\.0\.0:\d+ until its restart/);
  assert.equal((await daemon.report(notice())).status, 401);
  assert.equal((await fetch(`${daemon.httpUrl}/get_status`)).status, 401);
  assert.equal((await daemon.report(notice(), { token: 'token' })).status, 204);
});

test('the admin listener moves from all addresses to one on the same port, and the command that moved it is answered', async (t) => {
  const daemon = await startDaemon(t, { config: { admin: { ...ADMIN, host: '0.0.0.0' } } });
  await daemon.writeConfig({ admin: { ...ADMIN, host: '127.0.0.1' } });
  assert.match(await operate(daemon, 'reload config'), /admin: changed/);
  await eventuallyThere(async () => assert.match(await operate(daemon, 'status'), /./));
});
