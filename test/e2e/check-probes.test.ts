import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { WebSocketServer } from 'ws';
import { certificateFile, certificateText, identity } from '../support/certificates.ts';
import { runCommandLine } from '../support/command-line.ts';
import type { ConfigFile } from '../support/daemon.ts';
import { freePort } from '../support/free-port.ts';
import { failOnLeaks } from '../support/leaks.ts';
import { tempHome } from '../support/temp-home.ts';

failOnLeaks();

/** Listens on a free port until the test is over. */
async function portOf(t: TestContext, server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** Answers everything with that status, handshakes too. */
function answering(t: TestContext, status: number, headers: Record<string, string> = {}): Promise<number> {
  const answer: RequestListener = (request, response) => {
    request.resume();
    response.writeHead(status, headers).end();
  };
  return portOf(t, createHttpServer(answer));
}

/** WebSockets at one path alone; elsewhere a handshake is refused as frameworks do it. */
function atPath(t: TestContext, path: string, otherwise: string): Promise<number> {
  const acceptor = new WebSocketServer({ noServer: true });
  const server = createHttpServer();
  server.on('upgrade', (request, socket, head) => {
    if (request.url === path) acceptor.handleUpgrade(request, socket, head, () => {});
    else socket.end(`HTTP/1.1 ${otherwise}\r\nConnection: close\r\n\r\n`);
  });
  return portOf(t, server);
}

function secure(t: TestContext, name: 'first' | 'expired' | 'elsewhere'): Promise<number> {
  const { cert, key } = identity(name);
  const server = createHttpsServer({
    cert: certificateText(cert.split('/').at(-1) ?? ''),
    key: certificateText(key.split('/').at(-1) ?? ''),
  });
  server.on('tlsClientError', () => {});
  new WebSocketServer({ server });
  return portOf(t, server);
}

async function check(t: TestContext, config: ConfigFile) {
  const home = await tempHome(t);
  await writeFile(home.configFile, JSON.stringify({ port: await freePort(), ...config }));
  const began = Date.now();
  const result = await runCommandLine(t, ['check', '-c', home.configFile]);
  return { ...result, tookMs: Date.now() - began };
}

/** What is said of one server: the line and those under it. */
function saidOf(output: string, about: string): string {
  return new RegExp(`^\\w+ +${about}: .*(?:\\n {9}.*)*`, 'm').exec(output)?.[0] ?? output;
}

test('each way in which a server can be wrong gets a sentence, its meaning and its cure', async (t) => {
  const silent = await portOf(t, createTcpServer());
  const closing = await portOf(
    t,
    createTcpServer((socket) => socket.destroy()),
  );
  const plain = await atPath(t, '/ws/', '404 Not Found');
  const tls = await secure(t, 'first');
  const ca = certificateFile('authority.pem');
  const expected: Record<string, { config: ConfigFile; says: RegExp; cure: RegExp }> = {
    nobody: { config: { port: await freePort() }, says: /connection refused/, cure: /start it/ },
    nowhere: { config: { host: 'no-such-host.invalid', port: 1 }, says: /host name/, cure: /correct the host name/ },
    silent: { config: { port: silent }, says: /no answer to the handshake/, cure: /correct the port/ },
    closing: { config: { port: closing }, says: /./, cure: /->/ },
    tokenless: {
      config: { port: await answering(t, 401) },
      says: /401[\s\S]*was shown none/,
      cure: /set access_token/,
    },
    wrongToken: {
      config: { port: await answering(t, 401), access_token: 'x' },
      says: /does not take the token/,
      cure: /correct/,
    },
    nonebot: {
      config: { port: await atPath(t, '/onebot/v11/ws', '403 Forbidden') },
      says: /403/,
      cure: /set path: \/onebot\/v11\/ws$/,
    },
    koishi: { config: { port: await atPath(t, '/onebot', '404 Not Found') }, says: /404/, cure: /set path: \/onebot$/ },
    forbidding: { config: { port: await answering(t, 403) }, says: /403/, cure: /correct access_token, or the path/ },
    missing: { config: { port: await answering(t, 404) }, says: /404/, cure: /correct the path/ },
    upgrade: { config: { port: await answering(t, 426) }, says: /426/, cure: /correct the path/ },
    failing: { config: { port: await answering(t, 500) }, says: /500/, cure: /its own log/ },
    page: { config: { port: await answering(t, 200) }, says: /takes no WebSocket/, cure: /set protocol: http/ },
    moved: {
      config: { port: await answering(t, 301, { Location: '/new' }) },
      says: /sends us on to \/new/,
      cure: /set url/,
    },
    wsForWss: {
      config: { url: `wss://127.0.0.1:${plain}/ws/` },
      says: /does not speak TLS/,
      cure: /begin its address with ws:/,
    },
    wssForWs: {
      config: { url: `ws://127.0.0.1:${tls}/` },
      says: /it speaks TLS there/,
      cure: /begin its address with wss:/,
    },
    silentTls: {
      config: { url: `wss://127.0.0.1:${silent}/` },
      says: /TLS handshake/,
      cure: /begin the address with ws:/,
    },
    authority: { config: { url: `wss://127.0.0.1:${tls}/` }, says: /unknown authority/, cure: /set tls\.ca/ },
    expired: {
      config: { url: `wss://127.0.0.1:${await secure(t, 'expired')}/`, tls: { ca: certificateFile('expired.pem') } },
      says: /has expired/,
      cure: /renew/,
    },
    name: {
      config: {
        url: `wss://127.0.0.1:${await secure(t, 'elsewhere')}/`,
        tls: { ca: certificateFile('elsewhere.pem') },
      },
      says: /another host name/,
      cure: /dial it by a name/,
    },
    hookMissing: {
      config: { protocol: 'http', port: await answering(t, 404) },
      says: /answers 404/,
      cure: /correct the path/,
    },
    hookMethod: {
      config: { protocol: 'http', port: await answering(t, 405) },
      says: /takes no POST/,
      cure: /correct the path/,
    },
    hookSocket: {
      config: { protocol: 'http', port: await answering(t, 426) },
      says: /WebSocket server/,
      cure: /protocol: websocket/,
    },
    hookSilent: { config: { protocol: 'http', port: silent }, says: /no answer in time/, cure: /correct the port/ },
    hookTls: { config: { protocol: 'http', port: tls }, says: /it speaks TLS there/, cure: /https:/ },
  };
  const fine: Record<string, ConfigFile> = {
    good: { port: plain },
    goodTls: { url: `wss://127.0.0.1:${tls}/`, tls: { ca } },
    hook: { protocol: 'http', port: await answering(t, 204) },
    app: { protocol: 'listen' },
  };
  const servers = Object.fromEntries(Object.entries(expected).map(([name, { config }]) => [name, config]));
  const { status, output, tookMs } = await check(t, { server_list: { ...servers, ...fine } });
  assert.equal(status, 1);
  assert.ok(tookMs < 12_000, `${tookMs} ms`);
  for (const [name, { says, cure }] of Object.entries(expected)) {
    const said = saidOf(output, `server ${name}`);
    assert.match(said, /^PROBLEM /);
    assert.match(said, says);
    assert.match(said.split('\n').at(-1) ?? '', cure);
  }
  for (const name of Object.keys(fine)) assert.match(saidOf(output, `server ${name}`), /^ok /);
});

test('a token in an address is not shown', async (t) => {
  const { output } = await check(t, {
    server_list: { one: { url: `ws://127.0.0.1:${await freePort()}/?access_token=hidden` } },
  });
  assert.doesNotMatch(output, /hidden/);
});

test('a bot that refuses the token, or is another program, is told apart', async (t) => {
  const kicking = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  kicking.on('connection', (socket) => {
    socket.send('{"status":"failed","retcode":1403,"data":null,"message":"token","echo":null}');
    socket.close();
  });
  const closing = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  closing.on('connection', (socket) => socket.close(1008));
  t.after(() => void kicking.close());
  t.after(() => void closing.close());
  const url = (server: WebSocketServer) => `ws://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const silent = await portOf(t, createTcpServer());
  const { status, output, tookMs } = await check(t, {
    bots: {
      napcat: { url: url(kicking) },
      llonebot: { url: url(closing), access_token: 'x' },
      forbidding: { url: `ws://127.0.0.1:${await answering(t, 401)}/` },
      page: { url: `ws://127.0.0.1:${await answering(t, 200)}/` },
      api: { api_url: `http://127.0.0.1:${await answering(t, 403)}/`, access_token: 'x' },
      other: { api_url: `http://127.0.0.1:${await answering(t, 404)}/` },
      silent: { url: `ws://127.0.0.1:${silent}/`, api_url: `http://127.0.0.1:${silent}/` },
    },
  });
  assert.equal(status, 1);
  assert.ok(tookMs < 12_000, `${tookMs} ms`);
  for (const name of ['napcat', 'llonebot', 'forbidding', 'api']) {
    assert.match(
      saidOf(output, `bot ${name}`),
      /^PROBLEM .*refuses the access_token[\s\S]*-> set access_token of this entry/,
    );
  }
  assert.match(saidOf(output, 'bot page'), /-> correct the port: .*forward WebSocket/);
  assert.match(saidOf(output, 'bot other'), /-> correct the port: .*HTTP API/);
  assert.match(
    output,
    /bot silent: unreachable: ws:.*does not say which account[\s\S]*bot silent: unreachable: http:.*no answer in time/,
  );
});
