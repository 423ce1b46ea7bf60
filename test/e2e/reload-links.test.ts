import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ConfigFile, type Daemon, startDaemon } from '../support/daemon.ts';
import { dialIn } from '../support/dial-in.ts';
import { groupMessage, heartbeat, tagged } from '../support/events.ts';
import { eventually } from '../support/eventually.ts';
import { FakeHttpServer } from '../support/fake-http-server.ts';
import type { FakeServerLink } from '../support/fake-server-link.ts';
import { FakeWebSocketServer } from '../support/fake-web-socket-server.ts';
import { failOnLeaks } from '../support/leaks.ts';
import { ADMIN, operate, serverState } from '../support/operate.ts';
import { isEvent } from '../support/reports.ts';

failOnLeaks();

async function reload(daemon: Daemon, servers: ConfigFile): Promise<string> {
  await daemon.writeConfig({ admin: ADMIN, server_list: servers });
  return await operate(daemon, 'reload config');
}

/** The event with its message as CQ codes. */
function asCqCodes(event: string, text: string): string {
  return event.replace(/"message":\[.*?\]/, `"message":${JSON.stringify(text)}`);
}

for (const protocol of ['websocket', 'listen'] as const) {
  test(`a change that does not concern its links leaves the links of a ${protocol} server up, and holds at once`, async (t) => {
    const web = await FakeWebSocketServer.start(t);
    const where =
      protocol === 'listen' ? { protocol, access_token: 'application' } : { host: '127.0.0.1', port: web.port };
    const daemon = await startDaemon(t, { config: { admin: ADMIN, server_list: { web: where } } });
    const bot = await daemon.connectBot(t);
    const linkOf = async (selfId: string): Promise<FakeServerLink> =>
      protocol === 'websocket'
        ? await web.nextLink(selfId)
        : await dialIn(t, { url: `${daemon.wsUrl}/?self_id=${selfId}`, token: 'application' });
    const link = await linkOf('10001');
    const send = (): string => {
      const event = groupMessage({ text: 'hi' });
      bot.send(event);
      return event;
    };
    const change = async (keys: ConfigFile, line = 'changed, its connections stay'): Promise<void> => {
      const answer = await reload(daemon, { web: { ...where, ...keys } });
      assert.equal(answer.split('\n')[0], `server web: ${line}`);
    };
    assert.equal(tagged(send(), 'web'), await link.nextEvent());

    await change({ tag: false });
    assert.equal(send(), await link.nextEvent());

    await change({ tag: false, message_format: 'string' });
    assert.equal(asCqCodes(send(), 'hi'), await link.nextEvent());

    await change({ filter: { user_id: 1 } });
    send();
    await change({}, 'filter changed');
    assert.equal(tagged(send(), 'web'), await link.nextEvent());

    await change({ heartbeat: false });
    bot.send(heartbeat());
    send();
    await link.nextEvent();
    assert.deepEqual(
      link.frames.all.filter((frame) => frame.includes('"heartbeat"')),
      [],
    );

    await change({ actions: { deny: ['get_*'] } });
    assert.match(await link.call('get_status', {}, '1'), /"retcode":1403/);
    await change({ call_timeout: '300ms' });
    bot.handler = () => undefined;
    assert.match(await link.call('get_status', {}, '2'), /"retcode":1504/);

    await change({ queue: { max_events: 1 } });
    await operate(daemon, 'pause web');
    for (let n = 0; n < 5; n += 1) send();
    await eventually(async () => {
      const { counts } = await serverState(daemon, 'web');
      assert.ok(counts.dropped.overflow >= 3, `${counts.dropped.overflow} dropped`);
    });
    await operate(daemon, 'resume web');

    await daemon.connectBot(t, { selfId: '10002' });
    const other = await linkOf('10002');
    await change({ bots: [10001] });
    await other.closed();
    await change({ bots: [10001, 10002] });
    await linkOf('10002');

    assert.equal(link.isOpen, true);
    await link.frames.take(isEvent);
    if (protocol === 'websocket') assert.equal(web.upgrades.all.length, 3);
  });
}

test('a change of http settings that concern no connection holds without a new worker', async (t) => {
  const hook = await FakeHttpServer.start(t);
  hook.reply = ({ body }) => (isEvent(body) ? 'hang' : { status: 204 });
  const where = { protocol: 'http', host: '127.0.0.1', port: hook.port };
  const daemon = await startDaemon(t, {
    config: { admin: ADMIN, server_list: { hook: { ...where, concurrency: 1 } } },
  });
  const bot = await daemon.connectBot(t);
  const events = [groupMessage(), groupMessage(), groupMessage()];
  for (const event of events) bot.send(event);
  const got = () => hook.posts.all.map(({ body }) => body).filter(isEvent);
  await eventually(() => assert.equal(got().length, 1));
  const answer = await reload(daemon, { hook: { ...where, concurrency: 3, tag: false } });
  assert.equal(answer.split('\n')[0], 'server hook: changed, its connections stay');
  await eventually(() => assert.equal(got().length, 3));
  const [first = '', ...others] = events;
  assert.deepEqual(got(), [tagged(first, 'hook'), ...others]);
  hook.reply = () => ({ status: 204 });
});

test('a server that is disabled keeps what waits, and gets it when it is enabled again', async (t) => {
  const web = await FakeWebSocketServer.start(t);
  await web.stop();
  const where = { host: '127.0.0.1', port: web.port };
  const daemon = await startDaemon(t, { config: { admin: ADMIN, server_list: { web: where } } });
  const bot = await daemon.connectBot(t);
  const waits = groupMessage();
  bot.send(waits);
  await eventually(async () => {
    const { links } = await serverState(daemon, 'web');
    assert.equal(links[0]?.queuedEvents, 1);
  });
  await reload(daemon, { web: { ...where, enabled: false } });
  await web.listen();
  bot.send(groupMessage());
  // The bridge reads in order: when it has read the call, it has read the event before it.
  await operate(daemon, 'call get_status');
  await reload(daemon, { web: where });
  const later = groupMessage();
  const link = await web.nextLink();
  bot.send(later);
  assert.equal(await link.nextEvent(), tagged(waits, 'web'));
  assert.equal(await link.nextEvent(), tagged(later, 'web'));
});
