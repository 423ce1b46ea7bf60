import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Daemon, startDaemon } from '../support/daemon.ts';
import { dialIn } from '../support/dial-in.ts';
import { groupMessage } from '../support/events.ts';
import { FakeHttpServer } from '../support/fake-http-server.ts';
import { FakeWebSocketServer } from '../support/fake-web-socket-server.ts';
import { failOnLeaks } from '../support/leaks.ts';
import { ADMIN, eventuallyThere, waitingEvents } from '../support/operate.ts';

failOnLeaks();

interface ShownLink {
  readonly state: string;
  readonly heldEvents?: number;
}

async function linksOf(daemon: Daemon, name: string): Promise<readonly ShownLink[]> {
  const headers = { Authorization: `Bearer ${ADMIN.token}`, Connection: 'close' };
  const response = await fetch(`${daemon.adminUrl}/api/status`, { headers });
  const { servers } = (await response.json()) as { servers: { name: string; links: ShownLink[] }[] };
  return servers.find((server) => server.name === name)?.links ?? [];
}

async function eventuallyHeld(daemon: Daemon, name: string, events = 1): Promise<void> {
  await eventuallyThere(async () => {
    const [link] = await linksOf(daemon, name);
    assert.deepEqual([link?.state, link?.heldEvents], ['up', events]);
  });
}

test('websocket: what waits over a restart is handed out when its bot is back, so that it can take the reply', async (t) => {
  const web = await FakeWebSocketServer.start(t);
  await web.stop();
  const daemon = await startDaemon(t, { config: { admin: ADMIN, server_list: { web: { port: web.port } } } });
  const bot = await daemon.connectBot(t);
  bot.send(groupMessage({ messageId: 1 }));
  await eventuallyThere(async () => assert.equal(await waitingEvents(daemon, 'web'), 1));
  await daemon.stop();
  await web.listen();

  const next = await daemon.startAgain();
  const link = await web.nextLink();
  await link.frames.take(); // lifecycle
  await eventuallyHeld(next, 'web');
  await next.command('queue', /1 wait for their bot to take calls/);
  await next.command('debug thread', /bot 10001 .*its events wait for a session that takes calls/);
  const back = await next.connectBot(t);
  assert.equal(JSON.parse(await link.nextEvent()).message_id, 1);
  const answer = await link.call('send_group_msg', { group_id: 1, message: 'hi' }, '1');
  assert.equal(JSON.parse(answer).retcode, 0);
  assert.equal((await back.calls.take()).action, 'send_group_msg');
});

test('http: what waits for one bot holds up no event of another, and comes in order when that bot is back', async (t) => {
  const hook = await FakeHttpServer.start(t);
  const { port } = hook;
  await hook.stop();
  const servers = { hook: { protocol: 'http', port, concurrency: 1 } };
  const daemon = await startDaemon(t, { config: { admin: ADMIN, server_list: servers } });
  const bot = await daemon.connectBot(t);
  for (const messageId of [1, 2]) bot.send(groupMessage({ messageId }));
  await eventuallyThere(async () => assert.equal(await waitingEvents(daemon, 'hook'), 2));
  await daemon.report(groupMessage({ selfId: 10_002, messageId: 3 }), { selfId: '10002' });
  await daemon.stop();

  const again = await FakeHttpServer.start(t, port);
  const next = await daemon.startAgain();
  assert.equal(JSON.parse((await again.nextEvent()).body).message_id, 3, 'that of a bot which only reports');
  await eventuallyHeld(next, 'hook', 2);
  const back = await next.connectBot(t);
  back.send(groupMessage({ messageId: 4 }));
  for (const messageId of [1, 2, 4]) assert.equal(JSON.parse((await again.nextEvent()).body).message_id, messageId);
});

test('listen: what waits is handed out when the bot is back, and a stop does not wait for it', async (t) => {
  const config = { admin: ADMIN, server_list: { app: { protocol: 'listen', access_token: 'of-the-app' } } };
  const daemon = await startDaemon(t, { config });
  const bot = await daemon.connectBot(t);
  bot.send(groupMessage({ messageId: 1 }));
  await eventuallyThere(async () => assert.equal(await waitingEvents(daemon, 'app'), 1));
  await daemon.stop();

  const next = await daemon.startAgain();
  await dialIn(t, { url: `${next.wsUrl}/`, token: 'of-the-app' });
  await eventuallyHeld(next, 'app');
  const begunAt = performance.now();
  await next.stop();
  assert.ok(performance.now() - begunAt < 5_000, 'the drain of a stop is 5 s');

  const last = await next.startAgain();
  const link = await dialIn(t, { url: `${last.wsUrl}/`, token: 'of-the-app' });
  await eventuallyHeld(last, 'app');
  await last.connectBot(t);
  assert.equal(JSON.parse(await link.nextEvent()).message_id, 1);
});

test('two sockets: the events of the one wait until the one that takes calls is there', async (t) => {
  const web = await FakeWebSocketServer.start(t);
  const daemon = await startDaemon(t, { config: { admin: ADMIN, server_list: { web: { port: web.port } } } });
  await (await daemon.connectBot(t)).close();
  const link = await web.nextLink();
  await link.frames.take(); // lifecycle
  const events = await daemon.connectBot(t, { role: 'Event' });
  events.send(groupMessage({ messageId: 1 }));
  await eventuallyHeld(daemon, 'web');
  await daemon.connectBot(t, { role: 'API' });
  assert.equal(JSON.parse(await link.nextEvent()).message_id, 1);
});
