import assert from 'node:assert/strict';
import { type IncomingHttpHeaders, request } from 'node:http';
import { test } from 'node:test';
import { type Daemon, startDaemon } from '../support/daemon.ts';
import { groupMessage } from '../support/events.ts';
import { failOnLeaks } from '../support/leaks.ts';

failOnLeaks();

interface ApiCall {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

interface ApiAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

function callApi(daemon: Daemon, path: string, { method = 'GET', headers = {}, body }: ApiCall = {}) {
  return new Promise<ApiAnswer>((resolve, reject) => {
    const call = request(`${daemon.httpUrl}${path}`, { method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        const { statusCode = 0, headers: answered } = response;
        resolve({ status: statusCode, headers: answered, body: Buffer.concat(chunks).toString() });
      });
    });
    call.on('error', reject);
    call.end(body);
  });
}

function post(daemon: Daemon, path: string, { body = '{}', headers = {} }: Omit<ApiCall, 'method'> = {}) {
  return callApi(daemon, path, { method: 'POST', headers: { 'Content-Type': 'application/json', ...headers }, body });
}

const FORM = { 'Content-Type': 'application/x-www-form-urlencoded' };

test('calls by HTTP, without tokens', async (t) => {
  const daemon = await startDaemon(t, { config: { server_list: { s: { port: 1 } } } });

  await t.test('without any bot it is 404 with retcode 1404', async () => {
    const { status, body } = await post(daemon, '/get_status');
    assert.equal(status, 404);
    assert.equal(JSON.parse(body).retcode, 1404);
  });

  const bot = await daemon.connectBot(t);

  await t.test('POST with JSON: the parameters reach the bot byte for byte', async () => {
    const params = '{"group_id":9007199254740993,"message":"a\\u0062"}';
    const { status, headers, body } = await post(daemon, '/send_group_msg', { body: params });
    assert.equal(status, 200);
    assert.match(String(headers['content-type']), /^application\/json/);
    assert.equal(JSON.parse(body).status, 'ok');
    assert.equal('echo' in JSON.parse(body), false);
    const call = await bot.calls.take();
    assert.equal(call.action, 'send_group_msg');
    assert.ok(call.raw.includes(params));
  });

  await t.test('POST with a form, GET with a query, POST with nothing', async () => {
    await post(daemon, '/send_msg/', { body: 'user_id=1&message=a+b%26c', headers: FORM });
    assert.deepEqual((await bot.calls.take()).params, { user_id: '1', message: 'a b&c' });
    await callApi(daemon, '/send_msg?user_id=2&message=x&access_token=');
    assert.deepEqual((await bot.calls.take()).params, { user_id: '2', message: 'x' });
    await callApi(daemon, '/get_login_info', { method: 'POST' });
    assert.deepEqual((await bot.calls.take()).params, {});
  });

  await t.test('a body that is null, blank or behind a byte order mark stands for no parameters', async () => {
    // ZeroBot's first call has no Content-Type.
    for (const body of ['null', ' null\n', ' \r\n', '\uFEFFnull', '\uFEFF', '\uFEFF{}']) {
      for (const headers of [{}, FORM, { 'Content-Type': 'application/json' }]) {
        if (body.endsWith('}') && headers === FORM) continue;
        const answer = await callApi(daemon, '/get_login_info', { method: 'POST', headers, body });
        assert.equal(answer.status, 200, JSON.stringify({ body, headers }));
        assert.deepEqual((await bot.calls.take()).params, {});
      }
    }
    await post(daemon, '/send_msg?user_id=3', { body: 'null' });
    assert.deepEqual((await bot.calls.take()).params, { user_id: '3' });
  });

  await t.test('a self_id that stands for no account chooses no bot', async () => {
    await callApi(daemon, '/get_status?self_id=0');
    await post(daemon, '/get_status', { body: '{"self_id":null}' });
    await post(daemon, '/get_status', { body: '{"self_id":0}' });
    for (let calls = 0; calls < 3; calls += 1) assert.equal((await bot.calls.take()).action, 'get_status');
  });

  await t.test('POST with a query: its parameters count where the body has none of that name', async () => {
    const url = '/send_msg?user_id=3&a%22b=1';
    await callApi(daemon, url, { method: 'POST' });
    assert.deepEqual((await bot.calls.take()).params, { user_id: '3', 'a"b': '1' });
    await post(daemon, url, { body: 'user_id=4', headers: FORM });
    assert.deepEqual((await bot.calls.take()).params, { user_id: '4', 'a"b': '1' });
    await post(daemon, url, { body: '{"user_id":9007199254740993}' });
    assert.match((await bot.calls.take()).raw, /"params":\{"user_id":9007199254740993,"a\\"b":"1"\}/);
    await post(daemon, url, { body: '{ }' });
    assert.deepEqual((await bot.calls.take()).params, { user_id: '3', 'a"b': '1' });
    assert.equal((await post(daemon, url, { body: '[]' })).status, 400);
  });

  await t.test('under the name of a server it is a call of that server', async () => {
    await callApi(daemon, '/s/get_status');
    assert.equal((await bot.calls.take()).action, 'get_status');
  });

  await t.test('retcode 1400, 1403 and 1404 of the bot are 400, 403 and 404, all others 200', async () => {
    for (const [retcode, expected] of [
      [1400, 400],
      [1403, 403],
      [1404, 404],
      [100, 200],
    ]) {
      bot.handler = ({ echo }) => [JSON.stringify({ status: 'failed', retcode, data: null, echo })];
      assert.equal((await post(daemon, '/send_msg')).status, expected);
      await bot.calls.take();
    }
  });

  await t.test('a stream action is answered frame by frame', async () => {
    bot.handler = ({ echo }) =>
      ['stream', 'stream', 'response'].map((type) =>
        JSON.stringify({ status: 'ok', retcode: 0, data: { type }, stream: 'stream-action', echo }),
      );
    const { body } = await post(daemon, '/download_file_stream');
    const types = body.split('\r\n\r\n').map((part) => JSON.parse(part).data.type);
    assert.deepEqual(types, ['stream', 'stream', 'response']);
    await bot.calls.take();
  });

  await t.test('what is wrong gets its status', async () => {
    assert.equal((await post(daemon, '/send_msg', { body: '[1]' })).status, 400);
    assert.equal((await post(daemon, '/send_msg', { body: '{},"action":"set_restart"' })).status, 400);
    assert.equal(
      (await post(daemon, '/send_msg', { body: '<a/>', headers: { 'Content-Type': 'text/xml' } })).status,
      406,
    );
    assert.equal((await callApi(daemon, '/a/b/c')).status, 404);
    assert.equal((await callApi(daemon, '/send%20msg')).status, 404);
    assert.equal((await callApi(daemon, '/send_msg', { method: 'PUT' })).status, 405);
    assert.equal((await callApi(daemon, '/')).status, 405);
    assert.equal((await post(daemon, '/send_msg', { headers: { Authorization: 'Bearer nobodys' } })).status, 403);
    assert.equal((await post(daemon, '/send_msg', { headers: { Origin: 'http://evil.example' } })).status, 403);
    assert.equal((await callApi(daemon, '/send_msg', { headers: { 'Sec-Fetch-Site': 'cross-site' } })).status, 403);
    assert.equal((await callApi(daemon, '/send_msg', { headers: { Host: 'evil.example' } })).status, 403);
  });

  await t.test('a report to a path of an action is still a report', async () => {
    assert.equal(
      (await daemon.report(groupMessage(), { url: `${daemon.httpUrl}/send_msg`, selfId: null })).status,
      204,
    );
  });

  await t.test('with several bots self_id says which is meant', async () => {
    const other = await daemon.connectBot(t, { selfId: '10002' });
    assert.equal((await callApi(daemon, '/get_status')).status, 404);
    for (const call of ['?self_id=10002', '']) {
      const answer = post(daemon, `/send_msg${call}`, { body: '{"self_id":10002}' });
      assert.equal((await other.calls.take()).action, 'send_msg');
      assert.equal((await answer).status, 200);
    }
    assert.equal((await post(daemon, '/send_msg', { body: 'self_id=10002', headers: FORM })).status, 200);
    assert.equal((await other.calls.take()).action, 'send_msg');
    assert.equal((await callApi(daemon, '/get_status?self_id=99')).status, 404);
    assert.equal((await callApi(daemon, '/get_status?self_id=a%20b')).status, 400);
  });
});

test('calls by HTTP, with tokens', async (t) => {
  const daemon = await startDaemon(t, {
    config: {
      access_token: 'of-the-bots',
      server_list: {
        a: { port: 1, access_token: 'of-a', bots: [10001], actions: { deny: ['set_*'] } },
        b: { port: 1, access_token: 'of-b', bots: [10002] },
        off: { port: 1, access_token: 'of-off', enabled: false },
      },
    },
  });
  const bot = await daemon.connectBot(t, { token: 'of-the-bots' });
  const other = await daemon.connectBot(t, { token: 'of-the-bots', selfId: '10002' });
  const statusOf = async (path: string, token?: string) =>
    (await post(daemon, path, token === undefined ? {} : { headers: { Authorization: `Bearer ${token}` } })).status;

  await t.test(
    '401 without a token, 403 with a wrong one, with that of the bots, of a server that is off',
    async () => {
      assert.equal(await statusOf('/get_status'), 401);
      assert.equal(await statusOf('/a/get_status'), 401);
      assert.equal(await statusOf('/get_status', 'wrong'), 403);
      assert.equal(await statusOf('/get_status', 'of-the-bots'), 403);
      assert.equal(await statusOf('/get_status', 'of-off'), 403);
    },
  );

  await t.test('the token says who calls, and so which bot is the only one', async () => {
    assert.equal(await statusOf('/get_status', 'of-a'), 200);
    assert.equal((await bot.calls.take()).action, 'get_status');
    assert.equal((await callApi(daemon, '/get_status?access_token=of-b')).status, 200);
    assert.equal((await other.calls.take()).action, 'get_status');
  });

  await t.test("no server speaks as another, calls another's bot or passes its own policy", async () => {
    assert.equal(await statusOf('/b/get_status', 'of-a'), 403);
    assert.equal(await statusOf('/get_status?self_id=10002', 'of-a'), 403);
    assert.equal(await statusOf('/set_restart', 'of-a'), 403);
    assert.equal(await statusOf('/set_restart_async', 'of-a'), 403);
    assert.equal(other.calls.all.length + bot.calls.all.length, 2);
  });
});

test('a page in allowed_origins is let in as browsers ask for it', async (t) => {
  const daemon = await startDaemon(t, {
    config: { allowed_origins: ['https://ui.example'], server_list: { s: { protocol: 'listen' } } },
  });
  const bot = await daemon.connectBot(t);
  const page = { Origin: 'https://ui.example', 'Sec-Fetch-Site': 'cross-site' };
  const ask = { 'Access-Control-Request-Method': 'POST', 'Access-Control-Request-Private-Network': 'true' };

  const asked = await callApi(daemon, '/send_msg', { method: 'OPTIONS', headers: { ...page, ...ask } });
  assert.equal(asked.status, 204);
  assert.equal(asked.headers['access-control-allow-origin'], 'https://ui.example');
  assert.match(String(asked.headers['access-control-allow-headers']), /Content-Type/);
  assert.equal(asked.headers['access-control-allow-private-network'], 'true');

  const answered = await post(daemon, '/send_msg', { headers: page });
  assert.equal(answered.status, 200);
  assert.equal(answered.headers['access-control-allow-origin'], 'https://ui.example');
  assert.equal(answered.headers.vary, 'Origin');
  assert.equal((await bot.calls.take()).action, 'send_msg');

  const foreign = await callApi(daemon, '/send_msg', {
    method: 'OPTIONS',
    headers: { ...page, ...ask, Origin: 'https://evil.example' },
  });
  assert.equal(foreign.status, 403);
  assert.equal(foreign.headers['access-control-allow-origin'], undefined);
  assert.equal((await callApi(daemon, '/send_msg', { method: 'OPTIONS' })).status, 405);
});

test('a caller without a token shows a harmless Host, also where the bots have a token', async (t) => {
  const daemon = await startDaemon(t, {
    config: {
      access_token: 'of-the-bots',
      anonymous_calls: true,
      server_list: { s: { port: 1, access_token: 'of-s' } },
    },
  });
  await daemon.connectBot(t, { token: 'of-the-bots' });
  const rebound = { Host: 'evil.example:5700' };
  assert.equal((await callApi(daemon, '/get_status')).status, 200);
  assert.equal((await callApi(daemon, '/get_status', { headers: rebound })).status, 403);
  assert.equal((await callApi(daemon, '/get_status?access_token=of-s', { headers: rebound })).status, 200);
});

test('an application that shows its token may call by any Host, also where the bots have no token', async (t) => {
  const servers = { s: { port: 1, access_token: 'of-s' } };
  const daemon = await startDaemon(t, { config: { server_list: servers } });
  await daemon.connectBot(t);
  const headers = { Host: 'host.docker.internal:5700' };
  assert.equal((await callApi(daemon, '/get_status', { headers })).status, 403);
  assert.equal((await callApi(daemon, '/get_status?access_token=other', { headers })).status, 403);
  const own = { ...headers, Authorization: 'Bearer of-s' };
  assert.equal((await callApi(daemon, '/get_status', { headers: own })).status, 200);
  const page = { ...own, Origin: 'http://host.docker.internal:5700' };
  assert.equal((await callApi(daemon, '/get_status', { headers: page })).status, 403);
});
