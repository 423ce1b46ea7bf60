import assert from 'node:assert/strict';
import { createServer as createHttpsServer, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { connect } from 'node:tls';
import { WebSocketServer } from 'ws';
import { certificateFile, certificateText, identity } from '../support/certificates.ts';
import type { Cleanup } from '../support/cleanup.ts';
import { type Daemon, startDaemon } from '../support/daemon.ts';
import { groupMessage, tagged } from '../support/events.ts';
import { eventually } from '../support/eventually.ts';
import { FakeBot } from '../support/fake-bot.ts';
import { FakeServerLink } from '../support/fake-server-link.ts';
import { FakeWebSocketServer } from '../support/fake-web-socket-server.ts';
import { Inbox } from '../support/inbox.ts';
import { failOnLeaks } from '../support/leaks.ts';
import { ADMIN, operate } from '../support/operate.ts';

failOnLeaks();

const CA = certificateText('authority.pem');

/** The name in the certificate that the port shows. */
function shownName(daemon: Daemon): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port: daemon.port, host: '127.0.0.1', ca: CA }, () => {
      resolve(String(socket.getPeerCertificate().subject.CN));
      socket.destroy();
    });
    socket.once('error', reject);
  });
}

function reportOver(daemon: Daemon, body: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const url = `https://127.0.0.1:${daemon.port}/`;
    const call = request(
      url,
      { method: 'POST', ca: CA, agent: false, headers: { 'X-Self-ID': '10001' } },
      (response) => {
        response.resume().on('end', () => resolve(response.statusCode ?? 0));
      },
    );
    call.once('error', reject);
    call.end(body);
  });
}

/** A peer that is dialled with TLS: HTTP is answered 204, WebSockets are taken. */
async function securePeer(t: Cleanup) {
  const links = new Inbox<FakeServerLink>('links over TLS');
  const bodies = new Inbox<string>('posts over TLS');
  const server = createHttpsServer(
    { cert: certificateText('first.pem'), key: certificateText('first.key') },
    (request, response) => {
      let body = '';
      request.setEncoding('utf8').on('data', (chunk: string) => {
        body += chunk;
      });
      request.on('end', () => {
        bodies.push(body);
        response.writeHead(204).end();
      });
    },
  );
  const acceptor = new WebSocketServer({ server, autoPong: false });
  acceptor.on('connection', (socket, request) => links.push(new FakeServerLink(socket, request)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(async () => {
    for (const client of acceptor.clients) client.terminate();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { port: (server.address() as AddressInfo).port, links, bodies };
}

test('the port speaks https and wss', async (t) => {
  const web = await FakeWebSocketServer.start(t);
  const config = { admin: ADMIN, tls: identity('first'), server_list: { web: { port: web.port } } };
  const daemon = await startDaemon(t, { config });
  await daemon.says(new RegExp(`reverse WebSocket.* wss://127\\.0\\.0\\.1:${daemon.port}/`));
  const url = `wss://localhost:${daemon.port}/`;
  const bot = await FakeBot.connect(t, { url, ca: CA });
  const link = await web.nextLink();
  const [first, second] = [groupMessage({ messageId: 1 }), groupMessage({ messageId: 2 })];
  bot.send(first);
  assert.equal(await link.nextEvent(), tagged(first, 'web'));
  assert.equal(await reportOver(daemon, second), 204);
  assert.equal(await link.nextEvent(), tagged(second, 'web'));

  await t.test('plain HTTP is refused with a reason in the log', async () => {
    await assert.rejects(daemon.report(first));
    await daemon.says(/did not come to TLS.*it speaks plain HTTP/);
  });

  await t.test('reload takes up a renewed certificate; what is connected stays', async () => {
    assert.equal(await shownName(daemon), 'first');
    await daemon.writeConfig({ ...config, tls: identity('renewed') });
    assert.match(await operate(daemon, 'reload config'), /^tls: changed/);
    assert.equal(await shownName(daemon), 'renewed');
    await daemon.writeConfig({ ...config, tls: { ...identity('renewed'), key: identity('first').key } });
    await assert.rejects(operate(daemon, 'reload config'), /it does not belong to the certificate/);
    assert.equal(await shownName(daemon), 'renewed');
    await link.call('get_status', {}, '1');
  });

  await t.test('TLS is turned off and on without a restart', async () => {
    const { tls: _tls, ...plain } = config;
    await daemon.writeConfig(plain);
    await operate(daemon, 'reload config');
    assert.equal((await daemon.report(groupMessage({ messageId: 3 }))).status, 204);
    await link.call('get_status', {}, '2');
    await daemon.writeConfig(config);
    await operate(daemon, 'reload config');
    assert.equal(await shownName(daemon), 'first');
    await link.call('get_status', {}, '3');
  });
});

test('servers and bots are dialled with TLS: private authorities, and refusals with a reason', async (t) => {
  const peer = await securePeer(t);
  const [wss, https] = [`wss://127.0.0.1:${peer.port}/`, `https://localhost:${peer.port}/`];
  const trust = { ca: certificateFile('authority.pem') };
  const stranger = { ca: certificateFile('stranger.pem') };
  const daemon = await startDaemon(t, {
    config: {
      admin: ADMIN,
      bots: { good: { url: `${wss}bot`, tls: trust, self_id: 10002 }, bad: { api_url: https, tls: stranger } },
      server_list: {
        good: { url: `${wss}good`, tls: trust },
        careless: { url: `${wss}careless`, tls: { verify: false } },
        hook: { protocol: 'http', url: https, tls: trust },
        unknown: { url: `${wss}unknown` },
        wrong: { url: `${wss}wrong`, tls: stranger },
      },
    },
  });
  const bot = await daemon.connectBot(t);
  for (const path of ['/good', '/careless', '/bot']) await peer.links.take((link) => link.path === path);
  const event = groupMessage();
  bot.send(event);
  await peer.bodies.take((body) => body === tagged(event, 'hook'));
  for (const name of ['unknown', 'wrong']) {
    await eventually(async () =>
      assert.match(
        await operate(daemon, 'servers'),
        new RegExp(`${name} [^]*certificate comes from an unknown authority`),
      ),
    );
  }
  await daemon.says(/does not say by its HTTP API.*name=bad.*certificate/);
});

test('a peer without TLS where it is wanted, and the other way about', async (t) => {
  const web = await FakeWebSocketServer.start(t);
  const peer = await securePeer(t);
  const servers = { a: { url: `wss://127.0.0.1:${web.port}/` }, b: { url: `ws://127.0.0.1:${peer.port}/` } };
  const daemon = await startDaemon(t, { config: { server_list: servers } });
  await daemon.connectBot(t);
  await daemon.says(/(?=.*server=a )(?=.*it does not speak TLS there)/);
  await daemon.says(/(?=.*server=b )(?=.*can not be connected)/);
});
