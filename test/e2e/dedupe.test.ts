import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Daemon, startDaemon } from '../support/daemon.ts';
import { groupMessage, notice, tagged } from '../support/events.ts';
import { FakeHttpServer } from '../support/fake-http-server.ts';
import type { FakeServerLink } from '../support/fake-server-link.ts';
import { FakeWebSocketServer } from '../support/fake-web-socket-server.ts';
import { gate } from '../support/gate.ts';
import { failOnLeaks } from '../support/leaks.ts';
import { ADMIN, operate } from '../support/operate.ts';

failOnLeaks();

async function expectNext(link: FakeServerLink, events: readonly string[]): Promise<void> {
  for (const event of events) assert.equal(await link.nextEvent(), tagged(event, 'web'));
}

async function expectAnswer(daemon: Daemon, event: string): Promise<void> {
  const { status, body } = await daemon.report(event);
  assert.equal(status, 204, body);
}

test('an event that comes again is taken once', async (t) => {
  const web = await FakeWebSocketServer.start(t);
  const servers = { web: { port: web.port } };
  const daemon = await startDaemon(t, { config: { admin: ADMIN, server_list: servers } });
  const [first, second, third, last] = [1, 2, 3, 4].map((messageId) =>
    groupMessage({ messageId, text: `${messageId}` }),
  );
  if (first === undefined || second === undefined || third === undefined || last === undefined) return assert.fail();

  await expectAnswer(daemon, first);
  const link = await web.nextLink();
  await t.test('by HTTP, each time with a 204', async () => {
    for (const event of [first, first, second]) await expectAnswer(daemon, event);
    await expectNext(link, [first, second]);
  });

  await t.test('by a WebSocket and by HTTP', async () => {
    const bot = await daemon.connectBot(t);
    bot.send(second);
    bot.send(third);
    await expectNext(link, [third]);
    await expectAnswer(daemon, third);
    await expectAnswer(daemon, last);
    await expectNext(link, [last]);
    await bot.close();
  });

  await t.test('by the Event and the Universal session of one bot', async () => {
    const selfId = '20002';
    const universal = await daemon.connectBot(t, { selfId });
    const events = await daemon.connectBot(t, { selfId, role: 'Event' });
    const itsLink = await web.nextLink(selfId);
    await itsLink.frames.take();
    const same = notice({ selfId });
    const end = groupMessage({ selfId });
    for (const bot of [universal, events]) bot.send(same);
    events.send(end);
    await expectNext(itsLink, [same, end]);
    await universal.close();
    await events.close();
  });

  await t.test('dedupe: false takes it as often as it comes', async () => {
    await daemon.writeConfig({ admin: ADMIN, dedupe: false, server_list: servers });
    assert.match(await operate(daemon, 'reload config'), /dedupe: changed/);
    // While the bot's WebSocket is away its events are held back, since the bot could not take replies.
    await daemon.connectBot(t);
    for (const event of [last, last]) await expectAnswer(daemon, event);
    await expectNext(link, [last, last]);
  });
});

test('one WebSocket repeats nothing: what is equal on it happened twice', async (t) => {
  const web = await FakeWebSocketServer.start(t);
  const daemon = await startDaemon(t, { config: { server_list: { web: { port: web.port } } } });
  const bot = await daemon.connectBot(t);
  const link = await web.nextLink();
  await link.frames.take();
  const poke = notice();
  for (let n = 0; n < 3; n += 1) bot.send(poke);
  await expectNext(link, [poke, poke, poke]);
});

test('a reporter that lost the answer gets it, with its quick operation, to the next report', async (t) => {
  const hook = await FakeHttpServer.start(t);
  const yaml = (port: number) =>
    `{port: ${port}, debug_mode: true, server_list: {hook: {protocol: http, port: ${hook.port}}}}`;
  const daemon = await startDaemon(t, { yaml });
  const event = groupMessage();
  const answered = gate();
  hook.reply = async ({ body }) => {
    if (!body.includes('"post_type":"message"')) return { status: 204 };
    await answered.opened;
    return { status: 200, body: '{"reply":"hi"}' };
  };
  const leave = new AbortController();
  const headers = { 'X-Self-ID': '10001' };
  const lost = fetch(daemon.httpUrl, { method: 'POST', headers, body: event, signal: leave.signal });
  await hook.nextEvent();
  leave.abort();
  await assert.rejects(lost);
  const again = daemon.report(event);
  await daemon.says(/came again/);
  answered.open();
  const { status, body } = await again;
  assert.deepEqual([status, String(body)], [200, '{"reply":"hi"}']);
  assert.equal(hook.posts.all.filter((post) => post.body.includes('"post_type":"message"')).length, 1);
});
