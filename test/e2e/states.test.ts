import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runCommandLine } from '../support/command-line.ts';
import { type Daemon, startDaemon } from '../support/daemon.ts';
import { groupMessage, heartbeat } from '../support/events.ts';
import { FakeHttpServer } from '../support/fake-http-server.ts';
import { FakeWebSocketServer } from '../support/fake-web-socket-server.ts';
import { failOnLeaks } from '../support/leaks.ts';
import { ADMIN, eventuallyThere, operate } from '../support/operate.ts';

failOnLeaks();

interface State {
  readonly state: string;
  readonly since: number;
  readonly cause?: string;
  readonly cure?: string;
}

interface Status {
  readonly bots: readonly (State & { readonly selfId: string })[];
  readonly servers: readonly (State & { readonly name: string; readonly counts: { readonly calls: number } })[];
}

const AUTHORIZATION = { Authorization: `Bearer ${ADMIN.token}`, Connection: 'close' };

async function statusOf(daemon: Daemon): Promise<Status> {
  const response = await fetch(`${daemon.adminUrl}/api/status`, { headers: AUTHORIZATION });
  return (await response.json()) as Status;
}

async function eventuallyBot(daemon: Daemon, state: string): Promise<State> {
  return await eventuallyThere(async () => {
    const [bot] = (await statusOf(daemon)).bots;
    assert.equal(bot?.state, state, JSON.stringify(bot));
    return bot as State;
  });
}

async function eventuallyServer(daemon: Daemon, state: string): Promise<State> {
  return await eventuallyThere(async () => {
    const [server] = (await statusOf(daemon)).servers;
    assert.equal(server?.state, state, JSON.stringify(server));
    return server as State;
  });
}

async function metricsOf(daemon: Daemon): Promise<ReadonlySet<string>> {
  const response = await fetch(`${daemon.adminUrl}/metrics`, { headers: AUTHORIZATION });
  return new Set((await response.text()).split('\n'));
}

const OFFLINE_HEARTBEAT = heartbeat().replace('"online":true', '"online":false');

test('a bot whose heartbeat says that its account is offline is account_offline everywhere, until a message comes', async (t) => {
  const daemon = await startDaemon(t, { config: { admin: ADMIN } });
  const bot = await daemon.connectBot(t);
  bot.send(heartbeat());
  await eventuallyBot(daemon, 'online');
  bot.send(OFFLINE_HEARTBEAT);
  const { cause, cure } = await eventuallyBot(daemon, 'account_offline');
  assert.match(cause ?? '', /heartbeat says that the account is offline/);
  assert.match(cure ?? '', /log the account in again/);
  assert.match(await operate(daemon, 'bots'), /^10001 +account_offline /m);
  assert.match(await operate(daemon, 'status'), /0 of 1 online, 1 account_offline/);
  assert.match(await operate(daemon, 'debug thread'), /^bot 10001 +account_offline /m);
  const metrics = await metricsOf(daemon);
  assert.ok(metrics.has('qqbridge_bot_online{self_id="10001"} 0'));
  assert.ok(metrics.has('qqbridge_bot_state{self_id="10001",state="account_offline"} 1'));
  assert.ok(metrics.has('qqbridge_bot_state{self_id="10001",state="online"} 0'));
  assert.ok(![...metrics].some((line) => line.startsWith('qqbridge_last_event_timestamp_seconds{')), 'no event came');
  const check = await runCommandLine(t, ['check', '-c', daemon.home.configFile]);
  assert.equal(check.status, 1);
  assert.match(check.output, /^PROBLEM +bot 10001: account_offline: its heartbeat says.*\n +-> log the account in/m);

  bot.send(groupMessage());
  await eventuallyBot(daemon, 'online');
  const sound = await runCommandLine(t, ['check', '-c', daemon.home.configFile]);
  assert.equal(sound.status, 0, sound.output);
});

test('a bot_offline notice is told in its own words, without secrets, until a heartbeat says online', async (t) => {
  const daemon = await startDaemon(t, { config: { admin: ADMIN, access_token: 'token-of-the-bots' } });
  const bot = await daemon.connectBot(t, { token: 'token-of-the-bots' });
  bot.send(
    '{"time":1,"self_id":10001,"post_type":"notice","notice_type":"bot_offline","user_id":10001,' +
      '"tag":"被踢下线","message":"kicked, token-of-the-bots"}',
  );
  const { cause } = await eventuallyBot(daemon, 'account_offline');
  assert.equal(cause, 'the account went offline: "被踢下线 kicked, ***"');
  bot.send(heartbeat());
  await eventuallyBot(daemon, 'online');
});

test('a bot that has gone is away, with what to do', async (t) => {
  const daemon = await startDaemon(t, { config: { admin: ADMIN } });
  const bot = await daemon.connectBot(t);
  bot.send(heartbeat());
  await eventuallyBot(daemon, 'online');
  await bot.close();
  const { cause, cure } = await eventuallyBot(daemon, 'away');
  assert.deepEqual([cause, /start the program of the bot/.test(cure ?? '')], ['its connection is gone', true]);
});

test('an HTTP server that answers 403 to everything is refusing, with its words, until it takes an event', async (t) => {
  const hook = await FakeHttpServer.start(t);
  hook.reply = () => ({ status: 403, body: 'invalid signature' });
  const servers = { hook: { protocol: 'http', port: hook.port } };
  const daemon = await startDaemon(t, { config: { admin: ADMIN, server_list: servers } });
  for (let n = 0; n < 3; n += 1) await daemon.report(groupMessage());
  const { cause, cure } = await eventuallyServer(daemon, 'refusing');
  assert.match(cause ?? '', /^it answers 403: .*: "invalid signature"$/);
  assert.match(cure ?? '', /access_token or secret/);
  assert.ok((await metricsOf(daemon)).has('qqbridge_server_up{server="hook"} 0'));
  assert.match(await operate(daemon, 'servers'), /^hook +refusing .*it answers 403/m);
  const check = await runCommandLine(t, ['check', '-c', daemon.home.configFile]);
  assert.equal(check.status, 1);
  assert.match(check.output, /^PROBLEM +server hook: refusing: .*it answers 403.*\n +-> /m);

  hook.reply = () => ({ status: 204 });
  await daemon.report(groupMessage());
  await eventuallyServer(daemon, 'up');
  assert.ok((await metricsOf(daemon)).has('qqbridge_server_up{server="hook"} 1'));
});

test('an HTTP server that refuses heartbeats alone is up once it has taken an event', async (t) => {
  const hook = await FakeHttpServer.start(t);
  hook.reply = ({ body }) => ({ status: body.includes('"heartbeat"') ? 400 : 204 });
  const servers = { hook: { protocol: 'http', port: hook.port } };
  const daemon = await startDaemon(t, { config: { admin: ADMIN, server_list: servers } });
  for (let n = 0; n < 3; n += 1) await daemon.report(heartbeat());
  await eventuallyServer(daemon, 'refusing');
  await daemon.report(groupMessage());
  await eventuallyServer(daemon, 'up');
  for (let n = 0; n < 3; n += 1) await daemon.report(heartbeat());
  await daemon.report(groupMessage());
  for (let n = 0; n < 8; n += 1) await hook.posts.take();
  assert.equal((await eventuallyServer(daemon, 'up')).cause, undefined);
});

test('an HTTP server that does not answer within its timeout is slow, until it takes an event', async (t) => {
  const hook = await FakeHttpServer.start(t);
  hook.reply = () => 'hang';
  const servers = { hook: { protocol: 'http', port: hook.port, timeout: '200ms' } };
  const daemon = await startDaemon(t, { config: { admin: ADMIN, server_list: servers } });
  await daemon.report(groupMessage());
  const { cause } = await eventuallyServer(daemon, 'slow');
  assert.match(cause ?? '', /not answered the last event in time/);
  hook.reply = () => ({ status: 204 });
  await daemon.report(groupMessage());
  await eventuallyServer(daemon, 'up');
});

test('a WebSocket server that refuses each handshake is refusing, and up when it takes one', async (t) => {
  const web = await FakeWebSocketServer.start(t);
  web.policy = 401;
  const daemon = await startDaemon(t, { config: { admin: ADMIN, server_list: { web: { port: web.port } } } });
  await daemon.connectBot(t);
  const { cause, cure } = await eventuallyServer(daemon, 'refusing');
  assert.match(cause ?? '', /handshake was answered with 401: it demands a token/);
  assert.match(cure ?? '', /set access_token/);
  web.policy = 'accept';
  await operate(daemon, 'reconnect web');
  await eventuallyServer(daemon, 'up');
});

test('a WebSocket server that closes each link right after the handshake may refuse the token', async (t) => {
  const web = await FakeWebSocketServer.start(t);
  const daemon = await startDaemon(t, { config: { admin: ADMIN, server_list: { web: { port: web.port } } } });
  await daemon.connectBot(t);
  for (let n = 0; n < 3; n += 1) (await web.nextLink()).close(1000);
  const { cause, cure } = await eventuallyServer(daemon, 'refusing');
  assert.match(cause ?? '', /closed the link \(1000\)/);
  assert.match(cure ?? '', /it may refuse the access_token/);
});

test('a server that is not there is unreachable, a paused one paused, a disabled one disabled', async (t) => {
  const web = await FakeWebSocketServer.start(t);
  await web.stop();
  const server = { port: web.port };
  const config = { admin: ADMIN, server_list: { web: server } };
  const daemon = await startDaemon(t, { config });
  await eventuallyServer(daemon, 'idle');
  await daemon.connectBot(t);
  const { cause, since } = await eventuallyServer(daemon, 'unreachable');
  assert.match(cause ?? '', /connection refused/);
  assert.ok(since <= Date.now() + 1_000 && since > Date.now() - 60_000);
  await operate(daemon, 'pause web');
  await eventuallyServer(daemon, 'paused');
  assert.ok((await metricsOf(daemon)).has('qqbridge_server_up{server="web"} 0'), 'a paused one keeps its link');
  await daemon.writeConfig({ ...config, server_list: { web: { ...server, enabled: false } } });
  await operate(daemon, 'reload config');
  await eventuallyServer(daemon, 'disabled');
  const metrics = [...(await metricsOf(daemon))];
  assert.ok(!metrics.some((line) => line.startsWith('qqbridge_server_up{')), 'a disabled one has none');
});

test('a bot that refuses the token by a frame and closes is refused, with its words', async (t) => {
  const implementation = await FakeWebSocketServer.start(t);
  const entry = { url: `ws://127.0.0.1:${implementation.port}/`, self_id: 10001, access_token: 'wrong-token' };
  const daemon = await startDaemon(t, { config: { admin: ADMIN, bots: { main: entry } } });
  const link = await implementation.nextLink();
  link.send('{"status":"failed","retcode":1403,"data":null,"message":"token验证失败","echo":null}');
  link.close(1000);
  const { cause, cure } = await eventuallyBot(daemon, 'refused');
  assert.match(cause ?? '', /refuses the access_token.*"token验证失败"$/);
  assert.match(cure ?? '', /set access_token of this entry/);
});

test('another account than the entry is for is refused', async (t) => {
  const implementation = await FakeWebSocketServer.start(t);
  const entry = { url: `ws://127.0.0.1:${implementation.port}/`, self_id: 5 };
  const daemon = await startDaemon(t, { config: { admin: ADMIN, bots: { main: entry } } });
  (await implementation.nextLink()).send(heartbeat({ selfId: 10001 }));
  const { cause } = await eventuallyBot(daemon, 'refused');
  assert.match(cause ?? '', /it is account 10001, not 5/);
});

test('an HTTP API that nobody answers at, or that refuses the token, is no bot that is online', async (t) => {
  const api = await FakeHttpServer.start(t);
  api.reply = () => ({ status: 401 });
  const entry = { api_url: `http://127.0.0.1:${api.port}/`, self_id: 10001 };
  const daemon = await startDaemon(t, { config: { admin: ADMIN, bots: { main: entry } } });
  await eventuallyBot(daemon, 'refused');
  api.reply = () => ({ status: 200, body: '{"status":"ok","retcode":0,"data":{"user_id":10001}}' });
  await eventuallyBot(daemon, 'online');
  // Some bots refuse a token with an answer in OneBot's form.
  api.reply = () => ({ status: 403, body: '{"status":"failed","retcode":1403,"data":null}' });
  await assert.rejects(operate(daemon, 'call get_status'), /"retcode":1403/);
  const { cause } = await eventuallyBot(daemon, 'refused');
  assert.match(cause ?? '', /^it refuses the access_token \(403\)/);
});

test('servers named anonymous and console are counted apart from callers that are no server', async (t) => {
  const servers = {
    anonymous: { protocol: 'listen', access_token: 'token-of-anonymous' },
    console: { protocol: 'listen', access_token: 'token-of-console' },
  };
  const daemon = await startDaemon(t, { config: { admin: ADMIN, anonymous_calls: true, server_list: servers } });
  await daemon.connectBot(t);
  const call = async (headers: Record<string, string>) => {
    const response = await fetch(`${daemon.httpUrl}/get_status`, { headers: { ...headers, Connection: 'close' } });
    assert.equal(response.status, 200, await response.text());
  };
  await call({});
  await call({ Authorization: 'Bearer token-of-anonymous' });
  await call({ Authorization: 'Bearer token-of-anonymous' });
  await operate(daemon, 'call get_status');
  const counts = (await statusOf(daemon)).servers.map(({ name, counts }) => [name, counts.calls]);
  assert.deepEqual(counts, [
    ['anonymous', 2],
    ['console', 0],
  ]);
  const metrics = await metricsOf(daemon);
  for (const [name, count] of [
    ['anonymous', 2],
    ['/anonymous', 1],
    ['/console', 1],
  ]) {
    assert.ok(metrics.has(`qqbridge_calls_total{server="${name}",outcome="ok"} ${count}`), `${name}`);
  }
});

test('calls of an HTTP server are counted for it by its token or path, those of the console for the console', async (t) => {
  const hook = await FakeHttpServer.start(t);
  const servers = {
    hook: { protocol: 'http', port: hook.port, access_token: 'token-of-hook' },
    open: { protocol: 'http', port: hook.port + 1 },
  };
  const daemon = await startDaemon(t, { config: { admin: ADMIN, anonymous_calls: true, server_list: servers } });
  await daemon.connectBot(t);
  const call = async (path: string, headers: Record<string, string> = {}) => {
    const response = await fetch(`${daemon.httpUrl}${path}`, { headers: { ...headers, Connection: 'close' } });
    assert.equal(response.status, 200, await response.text());
  };
  await call('/get_status', { Authorization: 'Bearer token-of-hook' });
  await call('/get_status', { Authorization: 'Bearer token-of-hook' });
  await call('/open/get_status');
  await operate(daemon, 'call get_status');
  const counts = (await statusOf(daemon)).servers.map(({ name, counts }) => [name, counts.calls]);
  assert.deepEqual(counts, [
    ['hook', 2],
    ['open', 1],
  ]);
  assert.match(await operate(daemon, 'servers'), /^hook .* 2(?: |$)/m);
  const metrics = await metricsOf(daemon);
  assert.ok(metrics.has('qqbridge_calls_total{server="/console",outcome="ok"} 1'));
  assert.ok(![...metrics].some((line) => line.includes('anonymous')));
});
