import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { startDaemon } from '../support/daemon.ts';
import { dialIn } from '../support/dial-in.ts';
import { groupMessage, lifecycle, tagged } from '../support/events.ts';
import { eventually } from '../support/eventually.ts';
import { FakeHttpServer, type ReceivedPost } from '../support/fake-http-server.ts';
import type { FakeServerLink } from '../support/fake-server-link.ts';
import { FakeWebSocketServer } from '../support/fake-web-socket-server.ts';
import { freePort } from '../support/free-port.ts';
import { failOnLeaks } from '../support/leaks.ts';
import { ADMIN, operate } from '../support/operate.ts';

failOnLeaks();

const SERVERS = { app: { protocol: 'listen' } };

/** Answers the next call that a bot got over its forward WebSocket, and returns it. */
async function answerCall(bot: FakeServerLink, data: string): Promise<{ action: string; params: object }> {
  const frame = await bot.frames.take((text) => text.includes('"action"'));
  const call = JSON.parse(frame) as { action: string; params: object; echo: unknown };
  bot.send(`{"status":"ok","retcode":0,"data":${data},"echo":${JSON.stringify(call.echo)}}`);
  return call;
}

describe('bots that the bridge dials', { concurrency: 3 }, () => {
  test('a forward WebSocket: events, calls and their answers', async (t) => {
    const implementation = await FakeWebSocketServer.start(t);
    const bots = { main: { url: `ws://127.0.0.1:${implementation.port}/onebot?x=1`, access_token: 'token-of-bot' } };
    const daemon = await startDaemon(t, { config: { admin: ADMIN, bots, server_list: SERVERS } });
    const bot = await implementation.nextLink();
    assert.equal(bot.path, '/onebot?x=1');
    assert.equal(bot.headers['authorization'], 'Bearer token-of-bot');
    assert.equal(bot.headers['x-self-id'], undefined);
    const app = await dialIn(t, { url: `${daemon.wsUrl}/` });

    bot.send(lifecycle({ subType: 'connect' }));
    assert.match(await app.frames.take(), /"self_id":10001,.*"lifecycle"/);
    const event = groupMessage();
    bot.send(event);
    assert.equal(await app.nextEvent(), tagged(event, 'app'));

    assert.match(await bot.frames.take(), /"action":"get_login_info"/);
    const answer = app.call('get_status', { a: 1 }, '7');
    assert.deepEqual((await answerCall(bot, '{"big":9007199254740993}')).params, { a: 1 });
    assert.equal(await answer, '{"status":"ok","retcode":0,"data":{"big":9007199254740993},"echo":7}');
    assert.match(await operate(daemon, 'bots'), /10001 +online .*Universal forward-ws +127\.0\.0\.1:/);
  });

  test('it is dialled again when it is lost, and the calls that waited are answered', async (t) => {
    const implementation = await FakeWebSocketServer.start(t);
    const bots = { main: { url: `ws://127.0.0.1:${implementation.port}/`, self_id: 10001 } };
    const daemon = await startDaemon(t, { config: { admin: ADMIN, bots, server_list: SERVERS } });
    const bot = await implementation.nextLink();
    const app = await dialIn(t, { url: `${daemon.wsUrl}/` });
    assert.match(await app.frames.take(), /"lifecycle"/);
    const answer = app.call('get_status', {}, '1');
    await bot.frames.take();
    await implementation.stop();
    bot.drop();
    assert.match(await answer, /"retcode":1503/);
    assert.match(await app.call('get_status', {}, '2'), /"retcode":1503/);
    await daemon.says(/a bot can not be connected.*name=main.*connection refused/);
    assert.match(
      await operate(daemon, 'bots'),
      /main, which the bridge dials at ws:\/\/127\.0\.0\.1:\d+\/: \w+; connection refused/,
    );

    await implementation.listen();
    const again = await eventually(() => implementation.links.all.at(1) ?? assert.fail());
    const event = groupMessage();
    again.send(event);
    assert.equal(await app.nextEvent(), tagged(event, 'app'));
  });

  test('one that says nothing of itself is asked who it is', async (t) => {
    const implementation = await FakeWebSocketServer.start(t);
    const bots = { main: { url: `ws://127.0.0.1:${implementation.port}/api` } };
    const daemon = await startDaemon(t, { config: { bots, server_list: SERVERS } });
    const bot = await implementation.nextLink();
    assert.equal((await answerCall(bot, '{"user_id":9007199254740993,"nickname":"a"}')).action, 'get_login_info');
    await daemon.says(/a bot connected bot=9007199254740993 role=API/);
    const app = await dialIn(t, { url: `${daemon.wsUrl}/?self_id=9007199254740993` });
    const answer = app.call('get_status', {}, '1');
    await answerCall(bot, 'null');
    assert.match(await answer, /"status":"ok"/);
  });

  test('a refused token is said', async (t) => {
    const implementation = await FakeWebSocketServer.start(t);
    implementation.policy = 403;
    const bots = { main: { url: `ws://127.0.0.1:${implementation.port}/` } };
    const daemon = await startDaemon(t, { config: { bots, server_list: SERVERS } });
    await daemon.says(/a bot can not be connected.*the handshake was answered with 403: it refuses the token/);
    implementation.policy = 'accept';
    const bot = await implementation.nextLink();
    bot.send('{"status":"failed","retcode":1403,"data":null,"message":"token验证失败","echo":null}');
    await daemon.says(/a bot refuses the access_token/);
  });

  test('reload dials new ones, drops those that are gone, and leaves the rest', async (t) => {
    const one = await FakeWebSocketServer.start(t);
    const other = await FakeWebSocketServer.start(t);
    const entry = ({ port }: FakeWebSocketServer, selfId: number) => ({
      url: `ws://127.0.0.1:${port}/`,
      self_id: selfId,
    });
    const config = { admin: ADMIN, server_list: SERVERS, bots: { one: entry(one, 1), other: entry(other, 2) } };
    const daemon = await startDaemon(t, { config });
    const [first, second] = [await one.nextLink(), await other.nextLink()];
    await daemon.writeConfig({ ...config, bots: { one: entry(one, 1), third: entry(other, 3) } });
    assert.match(await operate(daemon, 'reload config'), /bot third: added\nbot other: removed/);
    await second.closed();
    assert.equal(first.isOpen, true);
    await eventually(() => assert.equal(other.links.all.length, 2));
    assert.match(await operate(daemon, 'bots'), /3 +online/);
  });
});

/** False for the question by which the bridge finds out whether an API answers, and which account it has. */
function isCall({ path }: ReceivedPost): boolean {
  return !path.endsWith('/get_login_info');
}

describe('bots with an HTTP API', { concurrency: 3 }, () => {
  test('they report by POST and get their calls by POST', async (t) => {
    const api = await FakeHttpServer.start(t);
    const bots = {
      main: { api_url: `http://127.0.0.1:${api.port}/v11/`, self_id: 10001, access_token: 'token-of-bot' },
    };
    const daemon = await startDaemon(t, { config: { admin: ADMIN, bots, server_list: SERVERS } });
    const app = await dialIn(t, { url: `${daemon.wsUrl}/` });
    assert.match(await app.frames.take(), /"self_id":10001,.*"lifecycle"/);
    const event = groupMessage();
    await daemon.report(event);
    assert.equal(await app.nextEvent(), tagged(event, 'app'));

    api.reply = () => ({ status: 200, body: '{ "status":"ok","retcode":0,"data":{"id":9007199254740993} }' });
    assert.equal(
      await app.call('send_group_msg', { group_id: 1, message: 'a' }, '{"seq":1}'),
      '{ "status":"ok","retcode":0,"data":{"id":9007199254740993} ,"echo":{"seq":1}}',
    );
    const { path, headers, body } = await api.posts.take(isCall);
    assert.deepEqual([path, body], ['/v11/send_group_msg', '{"group_id":1,"message":"a"}']);
    assert.equal(headers['authorization'], 'Bearer token-of-bot');
    assert.match(await operate(daemon, 'bots'), /API http-api/);
  });

  test('whatever it answers, the caller gets an answer', async (t) => {
    const api = await FakeHttpServer.start(t);
    const daemon = await startDaemon(t, {
      config: { bots: { main: { api_url: `http://127.0.0.1:${api.port}`, self_id: 10001 } }, server_list: SERVERS },
    });
    const app = await dialIn(t, { url: `${daemon.wsUrl}/` });
    const cases: readonly (readonly [Awaited<ReturnType<FakeHttpServer['reply']>>, RegExp])[] = [
      [{ status: 200, body: '{"status":"failed","retcode":100,"data":null}' }, /"retcode":100,.*"echo"/],
      [{ status: 404, body: '' }, /"retcode":1404,.*has no such action/],
      [{ status: 404, body: '{"status":"failed","retcode":1404,"msg":"x"}' }, /"msg":"x"/],
      [{ status: 400, body: 'bad' }, /"retcode":1400/],
      [{ status: 401, body: '' }, /"retcode":1503,.*refuses the access_token \(401\)/],
      [{ status: 500, body: '<html>' }, /"retcode":1503,.*answered with 500/],
      [{ status: 200, body: '[1]' }, /"retcode":1503/],
      [{ status: 200, body: '{"a":1}' }, /"retcode":1503/],
      ['reset', /"retcode":1503,.*can not be called/],
    ];
    for (const [n, [reply, wanted]] of cases.entries()) {
      api.reply = () => reply;
      assert.match(await app.call('get_status', { n }, String(n)), wanted);
    }
    await api.stop();
    assert.match(await app.call('get_status', {}, '"last"'), /"retcode":1503,.*connection refused/);
  });

  test('frames of a stream action all reach the caller', async (t) => {
    const api = await FakeHttpServer.start(t);
    const daemon = await startDaemon(t, {
      config: { bots: { main: { api_url: `http://127.0.0.1:${api.port}`, self_id: 10001 } }, server_list: SERVERS },
    });
    const app = await dialIn(t, { url: `${daemon.wsUrl}/` });
    const frame = (type: string, n: number) =>
      `{"status":"ok","retcode":0,"data":{"type":"${type}","n":${n}},"stream":"stream-action"}`;
    api.reply = () => ({
      status: 200,
      body: `${frame('stream', 1)}\r\n\r\n${frame('stream', 2)}\r\n\r\n${frame('response', 3)}\r\n\r\n`,
    });
    app.send('{"action":"download_file_stream","params":{},"echo":1}');
    for (const n of [1, 2, 3]) assert.match(await app.nextAnswer(), new RegExp(`"n":${n}}.*"echo":1}$`));
  });

  test('without a self_id it is asked until it says one', async (t) => {
    const port = await freePort();
    const bots = { main: { api_url: `http://127.0.0.1:${port}` } };
    const daemon = await startDaemon(t, { config: { admin: ADMIN, bots, server_list: SERVERS } });
    await daemon.says(/does not say by its HTTP API which account it is.*connection refused/);
    const api = await FakeHttpServer.start(t, port);
    api.reply = () => ({ status: 200, body: '{"status":"ok","retcode":0,"data":{"user_id":20002}}' });
    await daemon.says(/calls of a bot may go to its HTTP API bot=20002/);
    assert.equal((await api.posts.take()).path, '/get_login_info');
  });

  test('calls go over a WebSocket where there is one', async (t) => {
    const api = await FakeHttpServer.start(t);
    const daemon = await startDaemon(t, {
      config: { bots: { main: { api_url: `http://127.0.0.1:${api.port}`, self_id: 10001 } }, server_list: SERVERS },
    });
    const bot = await daemon.connectBot(t);
    const app = await dialIn(t, { url: `${daemon.wsUrl}/` });
    await app.call('get_status', {}, '1');
    assert.deepEqual([bot.calls.all.length, api.posts.all.filter(isCall).length], [1, 0]);
    await bot.close();
    api.reply = () => ({ status: 200, body: '{"status":"ok","retcode":0}' });
    await app.call('get_status', {}, '2');
    assert.equal(api.posts.all.filter(isCall).length, 1);
  });
});
