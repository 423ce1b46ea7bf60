import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startDaemon } from '../support/daemon.ts';
import {
  friendRequest,
  groupMessage,
  heartbeat,
  lifecycle,
  notice,
  privateMessage,
  tagged,
} from '../support/events.ts';
import { FakeHttpServer } from '../support/fake-http-server.ts';
import { FakeWebSocketServer } from '../support/fake-web-socket-server.ts';
import { failOnLeaks } from '../support/leaks.ts';
import { signatureOf } from '../support/report-by-http.ts';

failOnLeaks();

test('events fan out to WebSocket and HTTP servers', async (t) => {
  const survival = await FakeWebSocketServer.start(t);
  const plain = await FakeWebSocketServer.start(t);
  const chinese = await FakeWebSocketServer.start(t);
  const archive = await FakeHttpServer.start(t);
  const untagged = await FakeHttpServer.start(t);
  const daemon = await startDaemon(t, {
    config: {
      server_list: {
        survival: { host: '127.0.0.1', port: survival.port, access_token: 'a+token' },
        plain: { url: `ws://127.0.0.1:${plain.port}/onebot/v11/ws`, tag: false, heartbeat: false },
        生存服: { host: '127.0.0.1', port: chinese.port, path: '/a/b?c=d' },
        archive: { protocol: 'http', host: '127.0.0.1', port: archive.port, secret: 's', concurrency: 1 },
        untagged: {
          protocol: 'http',
          host: '127.0.0.1',
          port: untagged.port,
          path: '/in',
          tag: false,
          access_token: 'b',
        },
      },
    },
  });
  const bot = await daemon.connectBot(t);
  const [toSurvival, toPlain, toChinese] = await Promise.all([
    survival.nextLink(),
    plain.nextLink(),
    chinese.nextLink(),
  ]);

  await t.test('a link says who it is in its headers', () => {
    const { headers, path } = toSurvival;
    assert.equal(path, '/ws/');
    assert.equal(headers['x-self-id'], '10001');
    assert.equal(headers['x-client-role'], 'Universal');
    assert.equal(headers['authorization'], 'Bearer a+token');
    assert.ok(headers['user-agent']);
    assert.equal(headers['sec-websocket-extensions'], undefined);
    assert.equal(toPlain.path, '/onebot/v11/ws');
    assert.equal(toPlain.headers['authorization'], undefined);
    assert.equal(toChinese.path, '/a/b?c=d');
  });

  await t.test('the first frame is a lifecycle connect of that bot', async () => {
    for (const [link, server] of [
      [toSurvival, 'survival'],
      [toPlain, undefined],
      [toChinese, '生存服'],
    ] as const) {
      const raw = await link.frames.take();
      assert.equal(raw, link.frames.all[0]);
      const first = JSON.parse(raw) as Record<string, unknown>;
      assert.equal(first['post_type'], 'meta_event');
      assert.equal(first['meta_event_type'], 'lifecycle');
      assert.equal(first['sub_type'], 'connect');
      assert.equal(first['self_id'], 10001);
      assert.equal(typeof first['time'], 'number');
      assert.equal(first['server'], server);
    }
  });

  await t.test('every kind of event reaches every server byte for byte, the tag as its last member', async () => {
    for (const event of [groupMessage(), privateMessage(), notice(), friendRequest()]) {
      bot.send(event);
      assert.equal(await toSurvival.nextEvent(), tagged(event, 'survival'));
      assert.equal(await toPlain.nextEvent(), event);
      assert.equal(await toChinese.nextEvent(), tagged(event, '生存服'));
      assert.equal((await archive.nextEvent()).body, tagged(event, 'archive'));
      assert.equal((await untagged.nextEvent()).body, event);
    }
  });

  await t.test('a server member that the event already has is replaced, not doubled', async () => {
    for (const [own, rest] of [
      ['"server":"mine"', ''],
      ['"server":"mine"', ',"later":1e2'],
      ['"server":{"a":[1,"}"]}', ',"later":1e2'],
      ['"\\u0073erver":"mine"', ''],
    ] as const) {
      const event = groupMessage({ extra: `"nested":{"server":"stays"},${own}${rest}` });
      bot.send(event);
      assert.equal(await toPlain.nextEvent(), event);
      const got = await toSurvival.nextEvent();
      const parsed = JSON.parse(got) as Record<string, unknown>;
      assert.equal(parsed['server'], 'survival');
      assert.deepEqual(parsed['nested'], { server: 'stays' });
      const without = event.replace(`,${own}`, '');
      const [inPlace, atTheEnd] = [event.replace(own, '"server":"survival"'), tagged(without, 'survival')];
      assert.ok(got === inPlace || got === atTheEnd, `${got}\nis neither\n${inPlace}\nnor\n${atTheEnd}`);
      await archive.nextEvent();
      await untagged.nextEvent();
      await toChinese.nextEvent();
    }
  });

  await t.test('a POST carries the headers that a OneBot implementation sends', async () => {
    const event = groupMessage();
    bot.send(event);
    const [first, second] = [await archive.nextEvent(), await untagged.nextEvent()];
    assert.equal(first.method, 'POST');
    assert.equal(first.path, '/');
    assert.equal(first.headers['content-type'], 'application/json');
    assert.equal(first.headers['x-self-id'], '10001');
    assert.equal(first.headers['host'], `127.0.0.1:${archive.port}`);
    assert.equal(first.headers['x-signature'], signatureOf(first.body, 's'));
    assert.equal(first.headers['authorization'], undefined);
    assert.equal(second.path, '/in');
    assert.equal(second.headers['authorization'], 'Bearer b');
    assert.equal(second.headers['x-signature'], undefined);
    for (const link of [toSurvival, toPlain, toChinese]) await link.nextEvent();
  });

  await t.test('no two deliveries have one id', () => {
    const ids = [...archive.posts.all, ...untagged.posts.all].map(({ headers }) => headers['x-qqbridge-delivery']);
    assert.ok(ids.every((id) => typeof id === 'string' && id !== ''));
    assert.equal(new Set(ids).size, ids.length);
  });

  await t.test('the events of a bot stay in order, and POSTs share connections', async () => {
    const events = Array.from({ length: 300 }, (_, i) => groupMessage({ text: `第 ${i} 条` }));
    for (const event of events) bot.send(event);
    for (const event of events) {
      assert.equal(await toSurvival.nextEvent(), tagged(event, 'survival'));
      assert.equal(await toPlain.nextEvent(), event);
      assert.equal((await archive.nextEvent()).body, tagged(event, 'archive'));
    }
    const connections = new Set(archive.posts.all.map(({ remotePort }) => remotePort));
    assert.equal(connections.size, 1);
  });

  await t.test('heartbeats are relayed where they are wanted', async () => {
    const [beat, event] = [heartbeat(), groupMessage()];
    bot.send(beat);
    bot.send(event);
    await toSurvival.frames.take((frame) => frame === tagged(beat, 'survival'));
    await archive.posts.take(({ body }) => body === tagged(beat, 'archive'));
    assert.equal(await toPlain.nextEvent(), event);
    assert.ok(toPlain.frames.all.every((frame) => !frame.includes('heartbeat')));
  });

  await t.test("a bot's own lifecycle event goes to links that are up", async () => {
    const event = lifecycle({ subType: 'enable' });
    bot.send(event);
    await toSurvival.frames.take((frame) => frame === tagged(event, 'survival'));
    await toPlain.frames.take((frame) => frame === event);
  });

  await t.test('an HTTP server is told by lifecycle enable that the bot is there', () => {
    const [first] = archive.posts.all;
    const { post_type, sub_type, self_id, server } = JSON.parse(first?.body ?? '{}') as Record<string, unknown>;
    assert.deepEqual(
      { post_type, sub_type, self_id, server },
      {
        post_type: 'meta_event',
        sub_type: 'enable',
        self_id: 10001,
        server: 'archive',
      },
    );
  });

  await t.test('an id beyond 2^53 keeps all its digits', async () => {
    const selfId = '9223372036854775807';
    const other = await daemon.connectBot(t, { selfId });
    const link = await survival.nextLink(selfId);
    assert.match(await link.frames.take(), /"self_id":\s*9223372036854775807[,}]/);
    const event = groupMessage({ selfId });
    other.send(event);
    assert.equal(await link.nextEvent(), tagged(event, 'survival'));
    const post = await archive.nextEvent(({ body }) => body === tagged(event, 'archive'));
    assert.equal(post.headers['x-self-id'], selfId);
  });
});
