import assert from 'node:assert/strict';
import { test } from 'node:test';
import { identity } from '../support/certificates.ts';
import { type Daemon, startDaemon } from '../support/daemon.ts';
import { dialIn } from '../support/dial-in.ts';
import { groupMessage } from '../support/events.ts';
import { failOnLeaks } from '../support/leaks.ts';
import { RawConnection } from '../support/raw-connection.ts';
import { UpgradeRefused } from '../support/upgrade-refused.ts';

failOnLeaks();

/** Sends these bytes and returns the status of the answer, if one comes before the connection ends. */
async function statusOf(
  t: Parameters<typeof RawConnection.open>[0],
  daemon: Daemon,
  bytes: string,
): Promise<string | undefined> {
  const raw = await RawConnection.open(t, daemon.port);
  raw.write(Buffer.from(bytes, 'latin1'));
  await raw.closed();
  return /^HTTP\/1\.1 (\d+)/.exec(raw.received)?.[1];
}

const HOST = 'Host: 127.0.0.1\r\n';
const CLOSE = 'Connection: close\r\n';
const UPGRADE = 'Connection: Upgrade\r\nUpgrade: websocket\r\n';
const AGENT = 'User-Agent: tool/1\r\n';

interface Case {
  readonly name: string;
  readonly bytes: string;
  readonly status: string;
  readonly line: RegExp;
}

const CASES: readonly Case[] = [
  {
    name: 'a WebSocket handshake whose Upgrade a proxy took off',
    bytes: `GET /ws HTTP/1.1\r\n${HOST}${AGENT}${CLOSE}Sec-WebSocket-Key: AQIDBAUGBwgJCgsMDQ4PEA==\r\nX-Self-ID: 10001\r\n\r\n`,
    status: '426',
    line: /lost its Upgrade or Connection.*cure="a proxy in between.*agent=tool\/1.*"GET \/ws".*self_id=10001/,
  },
  {
    name: 'the same of a bot that sends its role alone',
    bytes: `GET / HTTP/1.1\r\n${HOST}${CLOSE}X-Client-Role: Universal\r\n\r\n`,
    status: '426',
    line: /lost its Upgrade or Connection/,
  },
  {
    name: 'TLS on the plain port',
    bytes: '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03',
    status: '400',
    line: /it speaks TLS, and this port does not.*cure="write ws:\/\//,
  },
  {
    name: 'headers that are too large',
    bytes: `GET /a?access_token=hidden HTTP/1.1\r\n${HOST}${AGENT}Cookie: ${'x'.repeat(20_000)}\r\n\r\n`,
    status: '431',
    line: /its headers are larger than 16 KiB.*request="GET \/a" agent=tool\/1/,
  },
  {
    name: 'a path without a slash',
    bytes: `GET get_status HTTP/1.1\r\n${HOST}\r\n`,
    status: '400',
    line: /its path does not begin with \//,
  },
  { name: 'what is no HTTP', bytes: 'hello bridge\r\n\r\n', status: '400', line: /it is no sound HTTP request/ },
  {
    name: 'the PROXY protocol in text',
    bytes: `PROXY TCP4 10.0.0.1 10.0.0.2 1 2\r\nGET / HTTP/1.1\r\n${HOST}\r\n`,
    status: '400',
    line: /begins with the PROXY protocol.*cure="switch the PROXY protocol off/,
  },
  {
    name: 'the PROXY protocol in binary',
    bytes: '\r\n\r\n\0\r\nQUIT\n\x21\x11\x00\x0c\x7f\x00\x00\x01\x7f\x00\x00\x01\x00\x01\x00\x02',
    status: '400',
    line: /begins with the PROXY protocol/,
  },
  {
    name: 'HTTP/2',
    bytes: 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    status: '400',
    line: /it speaks HTTP\/2, and the bridge speaks HTTP\/1\.1.*cure="set the program.*request="PRI \*"/,
  },
  {
    name: 'a handshake without Sec-WebSocket-Key',
    bytes: `GET / HTTP/1.1\r\n${HOST}${UPGRADE}X-Self-ID: 10001\r\nSec-WebSocket-Version: 13\r\n\r\n`,
    status: '400',
    line: /no sound WebSocket one: Missing or invalid Sec-WebSocket-Key/,
  },
  {
    name: 'a handshake of another version',
    bytes: `GET / HTTP/1.1\r\n${HOST}${UPGRADE}X-Self-ID: 10001\r\nSec-WebSocket-Key: AQIDBAUGBwgJCgsMDQ4PEA==\r\nSec-WebSocket-Version: 7\r\n\r\n`,
    status: '400',
    line: /no sound WebSocket one: .*Sec-WebSocket-Version/,
  },
  {
    name: 'Host twice',
    bytes: `GET /get_status HTTP/1.1\r\n${HOST}host: evil.example\r\n${CLOSE}\r\n`,
    status: '400',
    line: /Host stands in it twice/,
  },
  { name: 'no Host', bytes: `GET /get_status HTTP/1.1\r\n${CLOSE}\r\n`, status: '400', line: /Host is missing/ },
  {
    name: 'a Host that could be a rebound name',
    bytes: `GET /get_status HTTP/1.1\r\nHost: host.docker.internal:5700\r\n${CLOSE}\r\n`,
    status: '403',
    line: /neither loopback nor the configured host.*cure="call the bridge by its address, or set access_token.*host=host\.docker\.internal:5700/,
  },
  {
    name: 'a web page',
    bytes: `GET /get_status HTTP/1.1\r\n${HOST}Origin: https://evil.example\r\n${CLOSE}\r\n`,
    status: '403',
    line: /not in allowed_origins.*cure="add its Origin to allowed_origins.*origin=https:\/\/evil\.example/,
  },
  {
    name: 'CONNECT',
    bytes: `CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n\r\n`,
    status: '405',
    line: /CONNECT asks for a proxy/,
  },
  {
    name: 'an Expect that nobody knows',
    bytes: `POST / HTTP/1.1\r\n${HOST}${CLOSE}Expect: 200-ok\r\nContent-Length: 0\r\n\r\n`,
    status: '417',
    line: /Expect asks for what the bridge does not do/,
  },
];

test('each refusal leaves one line with who it was, why, and what to change', async (t) => {
  const daemon = await startDaemon(t);
  for (const { name, bytes, status, line } of CASES) {
    await t.test(name, async () => {
      daemon.output.drain();
      assert.equal(await statusOf(t, daemon, bytes), status);
      const said = await daemon.says(/a request to the port was refused/);
      assert.match(said, line);
      assert.match(said, /remote=127\.0\.0\.1:\d+/);
      assert.ok(!said.includes('hidden'));
    });
  }
  await t.test('the daemon serves on', async () => {
    assert.equal((await daemon.report(groupMessage())).status, 204);
  });
});

test('a refused token is told apart by who showed it; a burst of one sender is folded', async (t) => {
  const daemon = await startDaemon(t, { config: { access_token: 'right' } });
  const refused = (agent: string) =>
    daemon.report(groupMessage(), {
      token: 'wrong',
      url: `${daemon.httpUrl}/onebot?x=1`,
      headers: { 'User-Agent': agent },
    });
  for (const agent of ['NapCat', 'NapCat', 'NapCat', 'LLOneBot']) assert.equal((await refused(agent)).status, 403);
  for (const agent of ['NapCat', 'LLOneBot']) {
    const line = await daemon.says(new RegExp(`was refused.*agent=${agent}`));
    assert.match(
      line,
      /reason="access_token is wrong".*cure="enter access_token of the config.*"POST \/onebot".*self_id=10001/,
    );
  }
  assert.equal(daemon.output.all.filter((line) => /was refused.*agent=NapCat/.test(line)).length, 1);
});

test('plain HTTP on a port with TLS leaves a line', async (t) => {
  const daemon = await startDaemon(t, { config: { tls: identity('first') } });
  await statusOf(t, daemon, `GET / HTTP/1.1\r\n${HOST}\r\n`);
  await daemon.says(/did not come to TLS.*remote=127.*plain HTTP/);
});

test('an application that dials a listen server is no bot, whatever X-Client-Role it sends', async (t) => {
  const zero = { protocol: 'listen', access_token: 'of-zero' };
  const daemon = await startDaemon(t, {
    config: { access_token: 'of-bots', server_list: { zero, other: { protocol: 'listen', access_token: 'of-other' } } },
  });
  const bot = await daemon.connectBot(t, { token: 'of-bots' });
  const asBot = { 'X-Client-Role': 'Universal', 'User-Agent': 'ZeroBot/1.0' };
  const link = await dialIn(t, { url: `${daemon.wsUrl}/`, token: 'of-zero', headers: asBot });
  assert.equal(JSON.parse(await link.frames.take()).meta_event_type, 'lifecycle');
  await link.call('get_status', {}, '1');
  assert.equal((await bot.calls.take()).action, 'get_status');
  const byPath = await dialIn(t, {
    url: `${daemon.wsUrl}/zero/?access_token=of-zero`,
    headers: { ...asBot, 'X-Self-ID': '' },
  });
  assert.equal(JSON.parse(await byPath.frames.take()).meta_event_type, 'lifecycle');
  const isRefused = (status: number) => (error: unknown) => error instanceof UpgradeRefused && error.status === status;
  await assert.rejects(dialIn(t, { url: `${daemon.wsUrl}/zero/`, headers: asBot }), isRefused(401));
  await daemon.says(/access_token of a server of server_list is missing.*agent=ZeroBot/);
  await assert.rejects(dialIn(t, { url: `${daemon.wsUrl}/`, token: 'nobody', headers: asBot }), isRefused(403));
  await daemon.connectBot(t, { token: 'of-bots', selfId: null });
});
