import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startDaemon } from '../support/daemon.ts';
import { groupMessage, heartbeat, lifecycle, tagged } from '../support/events.ts';
import { FakeWebSocketServer } from '../support/fake-web-socket-server.ts';
import { failOnLeaks } from '../support/leaks.ts';
import { UpgradeRefused } from '../support/upgrade-refused.ts';

failOnLeaks();

/** The status that a handshake is refused with; 101 when it is not. */
async function statusOf(connecting: Promise<{ close(): Promise<unknown> }>): Promise<number> {
  try {
    await (await connecting).close();
    return 101;
  } catch (error) {
    if (error instanceof UpgradeRefused) return error.status;
    throw error;
  }
}

test('bots by reverse WebSocket', async (t) => {
  const all = await FakeWebSocketServer.start(t);
  const some = await FakeWebSocketServer.start(t);
  const daemon = await startDaemon(t, {
    config: {
      server_list: {
        all: { host: '127.0.0.1', port: all.port },
        some: { host: '127.0.0.1', port: some.port, bots: [10002, '9007199254740993'] },
      },
    },
  });

  await t.test('any path will do, and an empty token where none is asked for', async () => {
    for (const path of ['/', '/ws', '/onebot/v11/ws?x=y']) {
      const bot = await daemon.connectBot(t, { url: `${daemon.wsUrl}${path}`, selfId: '100', token: '' });
      await bot.close();
    }
  });

  await t.test('each server has one link for each bot it may see', async () => {
    const bots = {
      10001: await daemon.connectBot(t),
      10002: await daemon.connectBot(t, { selfId: '10002' }),
      '9007199254740993': await daemon.connectBot(t, { selfId: '9007199254740993' }),
    };
    for (const [selfId, bot] of Object.entries(bots)) {
      const event = groupMessage({ selfId });
      const link = await all.nextLink(selfId);
      const restricted = selfId === '10001' ? undefined : await some.nextLink(selfId);
      await link.frames.take();
      await restricted?.frames.take();
      bot.send(event);
      assert.equal(await link.nextEvent(), tagged(event, 'all'));
      if (restricted !== undefined) assert.equal(await restricted.nextEvent(), tagged(event, 'some'));
      await link.call('get_status', { from: selfId }, '1');
      assert.deepEqual((await bot.calls.take()).params, { from: selfId });
    }
    assert.ok(some.upgrades.all.every(({ headers }) => headers['x-self-id'] !== '10001'));
    for (const bot of Object.values(bots)) await bot.close();
  });

  await t.test('API and Event sockets are two halves of one bot', async () => {
    const selfId = '20001';
    const event = groupMessage({ selfId });
    const events = await daemon.connectBot(t, { selfId, role: 'event', url: `${daemon.wsUrl}/event` });
    const api = await daemon.connectBot(t, { selfId, role: 'Api', url: `${daemon.wsUrl}/api` });
    const link = await all.nextLink(selfId);
    assert.equal(link.headers['x-client-role'], 'Universal');
    await link.frames.take();
    events.send(event);
    assert.equal(await link.nextEvent(), tagged(event, 'all'));
    await link.call('get_status', {}, '1');
    assert.deepEqual([api.calls.all.length, events.calls.all.length], [1, 0]);
    assert.equal(all.links.all.filter(({ headers }) => headers['x-self-id'] === selfId).length, 1);
    await api.close();
    link.send('{"action":"get_status","echo":2}');
    assert.match(await link.nextAnswer(), /"retcode":\s*1503/);
    await events.close();
  });

  await t.test('a newer session of the same bot and role replaces the older; its link stays', async () => {
    const selfId = '20002';
    const older = await daemon.connectBot(t, { selfId });
    const link = await all.nextLink(selfId);
    await link.frames.take();
    const newer = await daemon.connectBot(t, { selfId });
    await older.closed();
    await daemon.says(/20002.*replac|replac.*20002/i);
    const event = groupMessage({ selfId });
    newer.send(event);
    assert.equal(await link.nextEvent(), tagged(event, 'all'));
    await link.call('get_status', {}, '1');
    assert.equal(newer.calls.all.length, 1);
    assert.equal(all.links.all.filter(({ headers }) => headers['x-self-id'] === selfId).length, 1);
    await newer.close();
  });

  await t.test('a bot may name itself by its first frame', async () => {
    for (const [selfId, first] of [
      ['20003', lifecycle({ selfId: 20003 })],
      ['20004', heartbeat({ selfId: 20004 })],
      ['9007199254740997', groupMessage({ selfId: '9007199254740997' })],
    ] as const) {
      const bot = await daemon.connectBot(t, { selfId: null });
      bot.send(first);
      const link = await all.nextLink(selfId);
      await link.frames.take();
      const event = groupMessage({ selfId });
      bot.send(event);
      await link.frames.take((frame) => frame === tagged(event, 'all'));
      await bot.close();
    }
  });

  await t.test('an event in the name of another bot is dropped and logged', async () => {
    const selfId = '20005';
    const bot = await daemon.connectBot(t, { selfId });
    const link = await all.nextLink(selfId);
    await link.frames.take();
    const first = groupMessage({ selfId });
    bot.send(first);
    assert.equal(await link.nextEvent(), tagged(first, 'all'));
    bot.send(groupMessage({ selfId: 20006 }));
    bot.send('{"post_type":"message","self_id":20005,"self_id":20006,"message":"x"}');
    bot.send('{"post_type":"message","post_type":"notice","self_id":20005,"message":"x"}');
    const event = groupMessage({ selfId });
    bot.send(event);
    assert.equal(await link.nextEvent(), tagged(event, 'all'));
    assert.ok(all.upgrades.all.every(({ headers }) => headers['x-self-id'] !== '20006'));
    await daemon.says(/20006/);
    await bot.close();
  });

  await t.test('an X-Self-ID that is no account is passed over: the first frame says who it is', async () => {
    for (const [at, header] of ['0', 'None', 'undefined', ''].entries()) {
      const selfId = 20_100 + at;
      const bot = await daemon.connectBot(t, { selfId: header });
      bot.send(`\uFEFF${groupMessage({ selfId, messageId: 7_100 + at })}`);
      const link = await all.nextLink(String(selfId));
      assert.equal(await link.nextEvent(), tagged(groupMessage({ selfId, messageId: 7_100 + at }), 'all'));
      await bot.close();
    }
    assert.ok(all.upgrades.all.every(({ headers }) => Number(headers['x-self-id']) > 0));
  });

  await t.test('web pages are kept out', async () => {
    const refused: Record<string, string>[] = [
      { Origin: 'https://evil.example' },
      { Origin: 'null' },
      { 'Sec-Fetch-Site': 'cross-site' },
      { 'Sec-Fetch-Site': 'same-origin' },
      { Host: 'rebound.example' },
    ];
    for (const headers of refused) {
      const name = JSON.stringify(headers);
      assert.equal(await statusOf(daemon.connectBot(t, { selfId: '100', headers })), 403, name);
      assert.equal((await daemon.report(groupMessage(), { headers })).status, 403, name);
    }
    const allowed = { 'Sec-Fetch-Site': 'none' };
    assert.equal(await statusOf(daemon.connectBot(t, { selfId: '100', headers: allowed })), 101);
    assert.equal((await daemon.report(groupMessage({ selfId: 100 }), { selfId: '100', headers: allowed })).status, 204);
    const host = { Host: `localhost:${daemon.port}` };
    assert.equal(await statusOf(daemon.connectBot(t, { selfId: '100', headers: host })), 101);
  });
});

test('bots at a port with an access token', async (t) => {
  const daemon = await startDaemon(t, {
    config: { access_token: '1+&=', secret: 'for reports alone', allowed_origins: ['https://ui.example'] },
  });
  const encoded = encodeURIComponent('1+&=');
  const shown = '1+&=';
  const status = async (headers: Record<string, string>, path = '/'): Promise<number> =>
    await statusOf(daemon.connectBot(t, { url: `${daemon.wsUrl}${path}`, headers }));

  await t.test('it is taken in all its forms', async () => {
    for (const scheme of ['Bearer', 'bearer', 'Token', 'TOKEN']) {
      assert.equal(await status({ Authorization: `${scheme} ${shown}` }), 101, scheme);
    }
    assert.equal(await status({}, `/ws?access_token=${encoded}`), 101);
    assert.equal(await status({ Authorization: 'Bearer ' }, `/?access_token=${encoded}`), 101);
  });

  await t.test('401: it is missing; 403: it is wrong', async () => {
    assert.equal(await status({}), 401);
    assert.equal(await status({ Authorization: 'Bearer ' }), 401);
    assert.equal(await status({}, '/?access_token='), 401);
    assert.equal(await status({ Authorization: 'Bearer wrong' }), 403);
    assert.equal(await status({}, '/?access_token=wrong'), 403);
  });

  await t.test('a page is let in only from an allowed origin, and shows the token as well', async () => {
    const token = { Authorization: `Bearer ${shown}` };
    assert.equal(await status({ ...token, Origin: 'https://ui.example' }), 101);
    assert.equal(await status({ ...token, Origin: 'https://ui.example', 'Sec-Fetch-Site': 'cross-site' }), 101);
    assert.equal(await status({ ...token, Origin: 'https://evil.example' }), 403);
    assert.equal(await status({ Origin: 'https://ui.example' }), 401);
  });
});
