import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type IncomingHttpHeaders, request } from 'node:http';
import { type AddressInfo, connect, createServer } from 'node:net';
import { type TestContext, test } from 'node:test';
import { AdminListener } from '../../../src/operator/admin/admin-listener.ts';
import { History } from '../../../src/operator/admin/history.ts';
import { BridgeMetrics } from '../../../src/operator/metrics.ts';
import type { BridgeError } from '../../../src/support/errors.ts';
import { type LogFields, type Logger, silentLogger } from '../../../src/support/logger.ts';
import { inEnglish } from '../../../src/support/text.ts';
import { failOnLeaks } from '../../support/leaks.ts';
import { RawConnection } from '../../support/raw-connection.ts';
import { FakeBridge } from '../fake-bridge.ts';

failOnLeaks();

const TOKEN = 'a-token-of-the-admin';

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

interface Bench {
  readonly bridge: FakeBridge;
  readonly address: string;
  readonly listener: AdminListener;
  ask(path: string, asked?: Asked): Promise<Answer>;
  /** With the token. */
  command(body: string, headers?: Readonly<Record<string, string>>): Promise<Answer>;
}

function listenerOn(
  port: number,
  bridge: FakeBridge,
  { logger = silentLogger, host = '127.0.0.1' } = {},
): AdminListener {
  const config = { enabled: true, host, port, portGiven: true };
  const metrics = new BridgeMetrics(() => bridge.statusInTurns());
  const history = new History(() => bridge.statusInTurns());
  return new AdminListener({
    config,
    token: TOKEN,
    endedSessionsFile: '/nowhere/ended-sessions',
    bridge,
    metrics,
    history,
    pageDir: '/nowhere',
    logger,
    speak: inEnglish,
    speakers: { en: inEnglish, zh: inEnglish },
  });
}

async function bench(t: TestContext, logger?: Logger): Promise<Bench> {
  const bridge = new FakeBridge();
  const listener = listenerOn(0, bridge, logger === undefined ? {} : { logger });
  const address = await listener.start();
  t.after(() => listener.stop());
  const ask = (path: string, asked: Asked = {}) => askAt(address + path, asked);
  const command = (body: string, headers = {}) =>
    ask('/api/command', {
      method: 'POST',
      headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json', ...headers },
      body,
    });
  return { bridge, address, listener, ask, command };
}

async function askAt(url: string, { method = 'GET', headers = {}, body = '' }: Asked): Promise<Answer> {
  return await new Promise((resolve, reject) => {
    const outgoing = request(url, { method, headers, agent: false }, (response) => {
      let text = '';
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.on('error', reject);
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }));
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

test('health is open to all, and is not kept by caches', async (t) => {
  const { ask } = await bench(t);
  const { status, headers, body } = await ask('/healthz');
  assert.deepEqual([status, body], [200, '{"status":"ok"}']);
  assert.equal(headers['cache-control'], 'no-store');
  assert.equal(headers['x-powered-by'], undefined);
});

test('it is ready in phase ready alone', async (t) => {
  const { bridge, ask } = await bench(t);
  for (const [phase, expected] of [
    ['starting', 503],
    ['ready', 200],
    ['stopping', 503],
  ] as const) {
    bridge.current = { ...bridge.current, phase };
    const { status, body } = await ask('/readyz');
    assert.deepEqual([status, JSON.parse(body)], [expected, { phase }]);
  }
});

test('it is not ready while the event log takes nothing, and says why', async (t) => {
  const { bridge, ask } = await bench(t);
  bridge.current = { ...bridge.current, log: { kind: 'failing', reason: 'no space left on the disk' } };
  const failing = await ask('/readyz');
  assert.equal(failing.status, 503);
  assert.deepEqual(JSON.parse(failing.body), { phase: 'ready', reason: 'event log: no space left on the disk' });
  assert.equal((await ask('/healthz')).status, 200);
  bridge.current = { ...bridge.current, log: { kind: 'memory', reason: 'durable storage is off' } };
  assert.equal((await ask('/readyz')).status, 200);
});

test('the status is there for who shows the token', async (t) => {
  const { bridge, ask } = await bench(t);
  const { status, body } = await ask('/api/status', { headers: { authorization: `bearer  ${TOKEN}` } });
  assert.equal(status, 200);
  assert.deepEqual(JSON.parse(body), bridge.current);
});

const UNAUTHORIZED: readonly (readonly [authorization: string, status: number])[] = [
  ['', 401],
  ['Bearer', 401],
  [`Basic ${TOKEN}`, 401],
  ['Bearer wrong', 403],
  [`Bearer ${TOKEN}x`, 403],
  [`Bearer ${TOKEN.slice(1)}`, 403],
];

for (const [authorization, expected] of UNAUTHORIZED) {
  test(`"Authorization: ${authorization}" is answered ${expected}, on any path of the API`, async (t) => {
    const { ask } = await bench(t);
    for (const path of ['/api/status', '/api/command', '/api/nothing', '/API/status', '/api//status']) {
      const { status, headers, body } = await ask(path, authorization === '' ? {} : { headers: { authorization } });
      assert.equal(status, expected, path);
      assert.equal(typeof JSON.parse(body).error, 'string');
      assert.equal(headers['www-authenticate'], expected === 401 ? 'Bearer' : undefined);
    }
  });
}

test('a command is carried out and answered with its lines', async (t) => {
  const { bridge, command } = await bench(t);
  const done = await command('{"command":"debug on"}');
  assert.deepEqual([done.status, JSON.parse(done.body)], [200, { ok: true, lines: ['Debug is on.'] }]);
  bridge.reloadOutcome = { kind: 'refused', faults: ['line 1: broken'] };
  const failed = await command('{"command":"reload config"}');
  assert.equal(failed.status, 200);
  assert.equal(JSON.parse(failed.body).ok, false);
});

test('tail is answered at once: it is for the console', async (t) => {
  const { bridge, command } = await bench(t);
  const { status, body } = await command('{"command":"tail"}');
  assert.deepEqual(
    [status, JSON.parse(body)],
    [400, { ok: false, lines: ['tail follows what happens: it is for the console and ctl.'] }],
  );
  assert.equal(bridge.followers.size, 0);
});

test('a wrong command is answered 400 with a line of help', async (t) => {
  const { command } = await bench(t);
  for (const wrong of ['reload', '', 'stpo', '\u0000']) {
    const { status, body } = await command(JSON.stringify({ command: wrong }));
    const { ok, lines } = JSON.parse(body);
    assert.deepEqual([status, ok, lines.length], [400, false, 1], wrong);
  }
});

test('stop says who asked, and its answer still arrives', async (t) => {
  const { bridge, listener, command } = await bench(t);
  let stopped: Promise<void> | undefined;
  bridge.stop = (reason) => {
    bridge.told.push(String(reason));
    stopped = listener.stop();
  };
  const { status, body } = await command('{"command":"stop"}');
  assert.deepEqual([status, JSON.parse(body).lines, bridge.told], [200, ['Stopping.'], ['stop on the admin']]);
  await stopped;
});

const JUNK: readonly (readonly [name: string, body: string, status: number, headers?: Record<string, string>])[] = [
  ['no body', '', 400],
  ['broken JSON', '{"command":', 400],
  ['a number', '7', 400],
  ['null', 'null', 400],
  ['an array', '["status"]', 400],
  ['an object without a command', '{}', 400],
  ['a command that is no text', '{"command":{"toString":1}}', 400],
  ['a prototype', '{"__proto__":{"command":"stop"}}', 400],
  ['deep nesting', '['.repeat(8_000), 400],
  ['another content type', '{"command":"stop"}', 400, { 'content-type': 'text/plain' }],
  ['an unknown charset', '{"command":"stop"}', 415, { 'content-type': 'application/json; charset=x' }],
  ['a compressed body', 'x', 415, { 'content-encoding': 'gzip' }],
  ['a body past the bound', `{"command":"${'x'.repeat(20_000)}"}`, 413],
  ['a huge body', 'x'.repeat(5_000_000), 413],
];

for (const [name, body, expected, headers] of JUNK) {
  test(`${name} for a body is answered ${expected}, and nothing is carried out`, async (t) => {
    const { bridge, command } = await bench(t);
    const answer = await command(body, headers);
    assert.equal(answer.status, expected);
    assert.equal(answer.body.includes('node_modules'), false);
    assert.doesNotThrow(() => JSON.parse(answer.body));
    assert.deepEqual(bridge.told, []);
  });
}

test('an unknown path and a wrong method are 404 in JSON', async (t) => {
  const { ask } = await bench(t);
  const headers = { authorization: `Bearer ${TOKEN}` };
  for (const [path, method] of [
    ['/%ff', 'GET'],
    ['/healthz', 'POST'],
    ['/api/status', 'DELETE'],
  ] as const) {
    const { status, body } = await ask(path, { method, headers });
    assert.equal(status, 404, path);
    assert.equal(typeof JSON.parse(body).error, 'string');
  }
});

test('a fault inside is 500 without its stack, and is logged', async (t) => {
  const logged: unknown[] = [];
  const { bridge, ask } = await bench(t, { ...silentLogger, error: (message) => logged.push(message) });
  bridge.statusInTurns = async () => {
    throw new Error('inner secret');
  };
  const { status, body } = await ask('/api/status', { headers: { authorization: `Bearer ${TOKEN}` } });
  assert.deepEqual([status, body.includes('inner')], [500, false]);
  assert.deepEqual(logged, ['a request to the admin listener failed']);
});

const BROWSERS: readonly (readonly [name: string, headers: Record<string, string>, status: number])[] = [
  ['a foreign page', { origin: 'https://evil.example' }, 403],
  ['a foreign image', { 'sec-fetch-site': 'cross-site' }, 403],
  ['a rebound name', { host: 'evil.example:5780' }, 403],
  ['a typed address', { 'sec-fetch-site': 'none' }, 200],
  ['its own page', { 'sec-fetch-site': 'same-origin', origin: 'http://localhost:1', host: 'localhost:1' }, 200],
];

for (const [name, headers, expected] of BROWSERS) {
  test(`${name} is answered ${expected}`, async (t) => {
    const { ask } = await bench(t);
    assert.equal((await ask('/healthz', { headers })).status, expected);
  });
}

test('a foreign page is refused even with the token, a foreign Host is not', async (t) => {
  const { ask } = await bench(t);
  const authorization = `Bearer ${TOKEN}`;
  const page = await ask('/api/status', { headers: { authorization, origin: 'https://evil.example' } });
  const proxied = await ask('/api/status', { headers: { authorization, host: 'bridge.example' } });
  assert.deepEqual([page.status, proxied.status], [403, 200]);
});

test('metrics are behind the token', async (t) => {
  const { ask } = await bench(t);
  assert.equal((await ask('/metrics')).status, 401);
  const { status, headers, body } = await ask('/metrics', { headers: { authorization: `Bearer ${TOKEN}` } });
  assert.deepEqual([status, headers['content-type']], [200, 'text/plain; version=0.0.4; charset=utf-8']);
  assert.match(body, /^# TYPE qqbridge_events_total counter$/m);
});

test('whoever guesses tokens has to wait; the right one is let in meanwhile, from the same address', async (t) => {
  const { ask } = await bench(t);
  const guess = (n: number) => ask('/api/status', { headers: { authorization: `Bearer wrong${n}` } });
  for (let n = 0; n < 10; n += 1) assert.equal((await guess(n)).status, 403);
  let isAnswered = false;
  const late = guess(11).finally(() => {
    isAnswered = true;
  });
  const right = await ask('/api/status', { headers: { authorization: `Bearer ${TOKEN}` } });
  assert.deepEqual([right.status, isAnswered], [200, false]);
  const { status, headers } = await late;
  assert.equal(status, 429);
  assert.ok(Number(headers['retry-after']) > 0);
});

test('the token is taken with Bearer, with Token and alone', async (t) => {
  const { ask } = await bench(t);
  for (const authorization of [`bearer ${TOKEN}`, `Token ${TOKEN}`, TOKEN]) {
    assert.equal((await ask('/api/status', { headers: { authorization } })).status, 200, authorization);
  }
});

test('each refusal leaves a line that says who, why and what to change', async (t) => {
  const lines: LogFields[] = [];
  const logger = { ...silentLogger, warn: (_message: unknown, fields?: LogFields) => void lines.push(fields ?? {}) };
  const { ask, address } = await bench(t, logger);
  const refusal = async (path: string, headers: Readonly<Record<string, string>>) => {
    await ask(`${path}?access_token=hidden`, { headers: { 'user-agent': 'tool/1', ...headers } });
    const { remote, reason, cure, agent, request: asked } = lines.shift() ?? {};
    assert.match(String(remote), /^127\.0\.0\.1:\d+$/);
    return { reason: String(reason), cure: String(cure), agent, asked };
  };
  const place = 'it is admin.token of the config, or stands in admin-token in the data folder';
  const wrong = await refusal('/api/status', { authorization: 'Bearer wrong' });
  assert.deepEqual(wrong, { reason: 'the token is wrong', cure: place, agent: 'tool/1', asked: 'GET /api/status' });
  assert.match((await refusal('/api/status', {})).reason, /^the token is missing/);
  const host = await refusal('/healthz', { host: 'host.docker.internal:5780' });
  assert.equal(host.reason, 'the Host is neither loopback nor the configured host');
  assert.equal(host.cure, 'open it by its address, by localhost or by the name in admin.host');
  const page = await refusal('/metrics', { origin: 'https://evil.example' });
  assert.match(page.reason, /^the Origin of a web page/);

  const port = Number(new URL(address).port);
  const raw = async (text: string) => {
    const connection = await RawConnection.open(t, port);
    connection.write(text);
    await connection.closed();
    const { reason } = lines.shift() ?? {};
    return [/^HTTP\/1\.1 (\d+)/.exec(connection.received)?.[1], String(reason)];
  };
  const close = 'Connection: close\r\n\r\n';
  assert.deepEqual(await raw(`GET /healthz HTTP/1.1\r\nHost: localhost\r\nHost: a\r\n${close}`), [
    '400',
    'Host stands in it twice',
  ]);
  assert.deepEqual(await raw(`GET /healthz HTTP/1.1\r\n${close}`), ['400', 'Host is missing']);
  assert.deepEqual(await raw('\x16\x03\x01\x02\x00\x01\x00'), ['400', 'it speaks TLS, and this port does not']);
  const large = `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`;
  assert.deepEqual(await raw(large), ['431', 'its headers are larger than 16 KiB']);
});

test('a port that is taken, and one that may not be used, are told apart', async (t) => {
  const other = createServer().listen(0, '127.0.0.1');
  t.after(() => other.close());
  await once(other, 'listening');
  const taken = listenerOn((other.address() as AddressInfo).port, new FakeBridge());
  await assert.rejects(taken.start(), (error: BridgeError) => error.code === 'PORT_IN_USE');
  await taken.stop();
  const elsewhere = listenerOn(0, new FakeBridge(), { host: '203.0.113.1' });
  await assert.rejects(elsewhere.start(), (error: BridgeError) => error.code === 'PORT_REFUSED');
});

test('idle connections, dawdlers and junk do not hold up the stop', async (t) => {
  const { address, listener } = await bench(t);
  const port = Number(new URL(address).port);
  const sockets = ['', 'GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n', 'GET /healthz HTTP/1.1\r\nHo'].map(
    (text) => {
      const socket = connect(port, '127.0.0.1');
      socket.on('error', () => {});
      socket.write(text);
      return socket;
    },
  );
  const junk = connect(port, '127.0.0.1');
  junk.write('\u0000\u0001junk\r\n\r\n');
  const [answer] = await once(junk, 'data');
  assert.match(String(answer), /^HTTP\/1\.1 400/);
  const begun = performance.now();
  await listener.stop();
  assert.ok(performance.now() - begun < 3_000);
  for (const socket of [...sockets, junk]) socket.destroy();
  await assert.rejects(askAt(`${address}/healthz`, {}));
});
