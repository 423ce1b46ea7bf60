import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { Agent, type IncomingMessage, request } from 'node:http';
import { request as secureRequest } from 'node:https';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { certificateText, identity } from '../support/certificates.ts';
import { type Daemon, startDaemon } from '../support/daemon.ts';
import { groupMessage, tagged } from '../support/events.ts';
import { FakeHttpServer } from '../support/fake-http-server.ts';
import { failOnLeaks } from '../support/leaks.ts';
import { ADMIN } from '../support/operate.ts';
import { RawConnection } from '../support/raw-connection.ts';

failOnLeaks();

/** Headers that the JDK's HttpClient and `curl --http2` add to their requests. */
const H2C = {
  Connection: 'Upgrade, HTTP2-Settings',
  Upgrade: 'h2c',
  'HTTP2-Settings': 'AAEAAEAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA',
};
const H2C_LINES = Object.entries(H2C)
  .map(([name, value]) => `${name}: ${value}\r\n`)
  .join('');

async function bodyOf(response: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) text += chunk;
  return text;
}

interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string | number>>;
  readonly agent?: Agent;
  /** A body in chunks, without a Content-Length. */
  readonly chunks?: readonly string[];
}

function ask(url: string, { method = 'GET', headers = {}, agent, chunks = [] }: Asked = {}) {
  return new Promise<{ status: number; body: string }>((resolve, reject) => {
    const open = url.startsWith('https:') ? secureRequest : request;
    const call = open(url, {
      method,
      headers: { ...H2C, ...headers },
      ca: certificateText('authority.pem'),
      agent: agent ?? false,
    });
    call.on('error', reject);
    call.on('response', (response) => {
      bodyOf(response).then((body) => resolve({ status: response.statusCode ?? 0, body }), reject);
    });
    for (const chunk of chunks) call.write(chunk);
    call.end();
  });
}

test('an Upgrade that asks for no WebSocket is ignored', async (t) => {
  const server = await FakeHttpServer.start(t);
  const config = { admin: ADMIN, server_list: { s: { protocol: 'http', port: server.port } } };
  const daemon = await startDaemon(t, { config });
  const bot = await daemon.connectBot(t);

  await t.test('calls by GET and POST are made', async () => {
    const answer = await ask(`${daemon.httpUrl}/get_group_info?group_id=1`);
    assert.equal(answer.status, 200, answer.body);
    assert.equal((await bot.calls.take()).action, 'get_group_info');
    const chunks = ['{"message":"', 'x'.repeat(100_000), '"}'];
    const headers = { 'Content-Type': 'application/json' };
    assert.equal((await ask(`${daemon.httpUrl}/send_msg`, { method: 'POST', headers, chunks })).status, 200);
    assert.deepEqual((await bot.calls.take()).params, { message: 'x'.repeat(100_000) });
  });

  await t.test('reports are taken in, also a large one in chunks and several on one connection', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    t.after(() => agent.destroy());
    for (const text of ['a', 'y'.repeat(200_000), 'b']) {
      const event = groupMessage({ text });
      const chunks = [event.slice(0, 10), event.slice(10)];
      const answer = await ask(`${daemon.httpUrl}/`, {
        method: 'POST',
        agent,
        chunks,
        headers: { 'X-Self-ID': '10001' },
      });
      assert.equal(answer.status, 204, answer.body);
      assert.equal((await server.nextEvent()).body, tagged(event, 's'));
    }
  });

  await t.test('what follows it on its connection is served in order', async () => {
    const raw = await RawConnection.open(t, daemon.port);
    const get = (action: string, lines: string) => `GET /${action} HTTP/1.1\r\nHost: 127.0.0.1\r\n${lines}\r\n`;
    const ends = 'Connection: close\r\n';
    raw.write(get('get_one', H2C_LINES) + get('get_two', '') + get('get_three', H2C_LINES) + get('get_four', ends));
    await raw.closed();
    assert.equal(raw.received.match(/HTTP\/1\.1 200/g)?.length, 4, raw.received);
    for (const action of ['get_one', 'get_two', 'get_three', 'get_four']) {
      assert.equal((await bot.calls.take()).action, action);
    }
  });

  await t.test('a request that is refused is answered as any other', async () => {
    assert.equal((await ask(`${daemon.httpUrl}/`, { method: 'DELETE' })).status, 405);
    assert.equal((await ask(`${daemon.httpUrl}/`, { headers: { Origin: 'https://evil.example' } })).status, 403);
  });

  await t.test('the admin listener ignores every Upgrade', async () => {
    const headers = { Authorization: `Bearer ${ADMIN.token}` };
    assert.equal((await ask(`${daemon.adminUrl}/api/status`, { headers })).status, 200);
    const webSocket = { ...headers, Connection: 'Upgrade', Upgrade: 'websocket' };
    assert.equal((await ask(`${daemon.adminUrl}/api/status`, { headers: webSocket })).status, 200);
    const command = { method: 'POST', headers: { ...headers, 'Content-Type': 'application/json' } };
    assert.equal(
      (await ask(`${daemon.adminUrl}/api/command`, { ...command, chunks: ['{"command":', '"bots"}'] })).status,
      200,
    );
  });

  await t.test('curl --http2 is served', async () => {
    await curl(daemon, ['--http2', `${daemon.httpUrl}/get_status`]);
    assert.equal((await bot.calls.take()).action, 'get_status');
  });
});

test('on a port that speaks TLS an Upgrade is ignored as well', async (t) => {
  const daemon = await startDaemon(t, { config: { tls: identity('first') } });
  const url = `https://localhost:${daemon.port}`;
  assert.equal((await ask(`${url}/get_status`)).status, 404);
  const event = groupMessage();
  const headers = { 'X-Self-ID': '10001' };
  assert.equal(
    (await ask(`${url}/`, { method: 'POST', headers, chunks: [event.slice(0, 9), event.slice(9)] })).status,
    204,
  );
});

/** Runs curl, or skips where it is missing: the requests above are what curl sends. */
async function curl(daemon: Daemon, args: readonly string[]): Promise<void> {
  try {
    const { stdout } = await promisify(execFile)('curl', ['-sS', '--noproxy', '*', '-m', '20', ...args]);
    assert.match(stdout, /"status":"ok"/);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    await ask(`${daemon.httpUrl}/get_status`);
  }
}
