import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { launchDaemon, startDaemon } from '../support/daemon.ts';
import { notice, tagged } from '../support/events.ts';
import { eventually } from '../support/eventually.ts';
import { FakeHttpServer } from '../support/fake-http-server.ts';
import { FakeWebSocketServer } from '../support/fake-web-socket-server.ts';
import { freePort } from '../support/free-port.ts';
import { greetedLink } from '../support/greeted-link.ts';
import { failOnLeaks } from '../support/leaks.ts';
import { ADMIN, eventuallyThere, operate, serverState, waitingEvents } from '../support/operate.ts';
import { isEvent, reportSafely } from '../support/reports.ts';

failOnLeaks();

const taggedAll = (events: readonly string[], server: string) => events.map((event) => tagged(event, server));

/** What an HTTP server got, without what came again. */
function firstBodies(server: FakeHttpServer): readonly string[] {
  return [...new Set(server.posts.all.map(({ body }) => body).filter(isEvent))];
}

describe('delivery over kills, stops and pauses', { concurrency: 3 }, () => {
  test('what was answered 204 survives kill -9, also of a bot that does not come back', async (t) => {
    const web = await FakeWebSocketServer.start(t);
    const [wsPort, httpPort] = [web.port, await freePort()];
    await web.stop();
    const daemon = await startDaemon(t, {
      config: {
        admin: ADMIN,
        server_list: {
          socket: { host: '127.0.0.1', port: wsPort },
          hook: { protocol: 'http', host: '127.0.0.1', port: httpPort, concurrency: 1 },
        },
      },
    });
    const events = await reportSafely(daemon, 40);
    await daemon.kill9();

    await web.listen();
    const archive = await FakeHttpServer.start(t, httpPort);
    const again = await daemon.startAgain();
    const link = await web.nextLink('10001');
    await eventually(() => link.frames.all.length > events.length);
    assert.match(link.frames.all[0] ?? '', /"lifecycle"/);
    assert.deepEqual(link.frames.all.slice(1), taggedAll(events, 'socket'));
    await eventuallyThere(async () => assert.equal(await waitingEvents(again, 'hook'), 0));
    assert.deepEqual(firstBodies(archive), taggedAll(events, 'hook'));
    await eventuallyThere(async () => assert.equal(await waitingEvents(again, 'socket'), 0));

    // Nothing is left for a third run.
    archive.posts.drain();
    await again.stop();
    const third = await again.startAgain();
    assert.deepEqual([await waitingEvents(third, 'socket'), await waitingEvents(third, 'hook')], [0, 0]);
  });

  test('what servers had and had not confirmed when the bridge was killed comes again', async (t) => {
    const web = await FakeWebSocketServer.start(t);
    const archive = await FakeHttpServer.start(t);
    archive.reply = ({ body }) => (isEvent(body) ? 'hang' : { status: 204 });
    const daemon = await startDaemon(t, {
      config: {
        admin: ADMIN,
        server_list: {
          socket: { host: '127.0.0.1', port: web.port },
          hook: { protocol: 'http', host: '127.0.0.1', port: archive.port, concurrency: 4 },
        },
      },
    });
    await daemon.connectBot(t);
    const first = await web.nextLink();
    first.ignorePings();
    const events = await reportSafely(daemon, 8, { make: notice });
    await eventually(() => first.frames.all.filter(isEvent).length === 8);
    await eventually(() => firstBodies(archive).length === 4);
    await daemon.kill9();

    archive.reply = () => ({ status: 204 });
    archive.posts.drain();
    const again = await daemon.startAgain();
    await again.connectBot(t);
    const second = await web.nextLink();
    await eventually(() => second.frames.all.filter(isEvent).length === 8);
    assert.deepEqual(second.frames.all.filter(isEvent), taggedAll(events, 'socket'));
    await eventuallyThere(async () => assert.equal(await waitingEvents(again, 'hook'), 0));
    const afterKill = archive.posts.drain().filter(({ body }) => isEvent(body));
    assert.deepEqual(new Set(afterKill.map(({ body }) => body)), new Set(taggedAll(events, 'hook')));
    assert.equal(afterKill.length, 8);
  });

  test('a stop in order keeps what waits, and sends again nothing that was delivered', async (t) => {
    const up = await FakeWebSocketServer.start(t);
    const away = await FakeWebSocketServer.start(t);
    await away.stop();
    const daemon = await startDaemon(t, {
      config: {
        admin: ADMIN,
        server_list: { up: { host: '127.0.0.1', port: up.port }, away: { host: '127.0.0.1', port: away.port } },
      },
    });
    await daemon.connectBot(t);
    const link = await up.nextLink();
    const events = await reportSafely(daemon, 10);
    assert.deepEqual(await daemon.stop(), { status: 0, signal: null });
    assert.deepEqual(link.frames.all.filter(isEvent), taggedAll(events, 'up'));

    await away.listen();
    const again = await daemon.startAgain();
    await again.connectBot(t);
    const back = await away.nextLink();
    await eventually(() => back.frames.all.filter(isEvent).length === events.length);
    assert.deepEqual(back.frames.all.filter(isEvent), taggedAll(events, 'away'));
    assert.deepEqual([await waitingEvents(again, 'up'), (await serverState(again, 'up')).counts.delivered], [0, 0]);
  });

  test('pause holds events back, not calls, and does not outlive a restart', async (t) => {
    const web = await FakeWebSocketServer.start(t);
    const archive = await FakeHttpServer.start(t);
    const daemon = await startDaemon(t, {
      config: {
        admin: ADMIN,
        server_list: {
          socket: { host: '127.0.0.1', port: web.port },
          hook: { protocol: 'http', host: '127.0.0.1', port: archive.port, concurrency: 1 },
        },
      },
    });
    const bot = await daemon.connectBot(t);
    const link = await web.nextLink();
    for (const name of ['socket', 'hook']) await operate(daemon, `pause ${name}`);
    const held = await reportSafely(daemon, 5);
    assert.match(await link.call('get_status', {}, '1'), /"status":"ok"/);
    assert.equal(bot.calls.all.length, 1);
    assert.deepEqual([await waitingEvents(daemon, 'socket'), await waitingEvents(daemon, 'hook')], [5, 5]);
    assert.match(await operate(daemon, 'queue'), /socket .*paused/);
    assert.deepEqual(link.frames.all.filter(isEvent), []);
    assert.deepEqual(firstBodies(archive), []);

    // A link that is opened meanwhile is held back too.
    await operate(daemon, 'reconnect socket');
    const second = await greetedLink(web, { after: link });
    for (const name of ['socket', 'hook']) await operate(daemon, `resume ${name}`);
    for (const event of held) assert.equal(await second.nextEvent(), tagged(event, 'socket'));
    await eventually(() => firstBodies(archive).length === held.length);
    assert.deepEqual(firstBodies(archive), taggedAll(held, 'hook'));

    for (const name of ['socket', 'hook']) await operate(daemon, `pause ${name}`);
    const late = await reportSafely(daemon, 2);
    await daemon.stop();
    const again = await daemon.startAgain();
    await again.connectBot(t);
    const third = await greetedLink(web, { after: second });
    for (const event of late) assert.equal(await third.nextEvent(), tagged(event, 'socket'));
    await eventuallyThere(async () => assert.equal(await waitingEvents(again, 'hook'), 0));
    assert.deepEqual(firstBodies(archive), taggedAll([...held, ...late], 'hook'));
  });

  test('a second bridge on the same data does not start, says why in one line, and does no harm', async (t) => {
    const daemon = await startDaemon(t, { config: { admin: ADMIN } });
    const data = join(daemon.home.dir, 'data');
    // A lock file of a process in another container: the process id means nothing here.
    await writeFile(join(data, 'events', 'bridge.lock'), '4194303 elsewhere');
    const second = await launchDaemon(t, { config: { data } });
    second.expectExit(1);
    assert.deepEqual(await second.exited(), { status: 1, signal: null });
    const lines = second.output.all.filter((line) => /in use/.test(line));
    assert.equal(lines.length, 1, second.output.all.join('\n'));
    assert.match(lines[0] ?? '', new RegExp(`process ${daemon.pid} on .*${daemon.home.configFile}`));
    await reportSafely(daemon, 1);
  });
});
