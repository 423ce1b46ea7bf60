import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startDaemon } from '../support/daemon.ts';
import { groupMessage, tagged } from '../support/events.ts';
import { eventually } from '../support/eventually.ts';
import { FakeWebSocketServer } from '../support/fake-web-socket-server.ts';
import { failOnLeaks } from '../support/leaks.ts';
import { RawConnection } from '../support/raw-connection.ts';

failOnLeaks();

test('floods and half-open links', async (t) => {
  const server = await FakeWebSocketServer.start(t);
  const deaf = await FakeWebSocketServer.start(t);
  const daemon = await startDaemon(t, {
    config: {
      access_token: 'token',
      server_list: { s: { host: '127.0.0.1', port: server.port }, deaf: { host: '127.0.0.1', port: deaf.port } },
    },
  });
  const bot = await daemon.connectBot(t, { token: 'token' });
  const link = await server.nextLink();
  const half = `ws upgrade`;
  const upgrade = (headers: string): string =>
    `GET / HTTP/1.1\r\nHost: 127.0.0.1:${daemon.port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
    `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n${headers}\r\n`;

  // Half-open links are found by pings, which takes a while; the floods go on meanwhile.
  const vanished = await daemon.connectBot(t, { selfId: '40001', token: 'token', autoPong: false });
  const deafLink = await deaf.nextLink('10001');
  bot.send(groupMessage());
  await deafLink.nextEvent();
  await link.nextEvent();
  await daemon.report(groupMessage(), { token: 'token' }); // By its answer the pong of the first event has come.
  await link.nextEvent();
  deafLink.ignorePings();

  /** An event, a call, a new session and a report pass. */
  const assertSound = async (): Promise<void> => {
    const event = groupMessage();
    bot.send(event);
    assert.equal(await link.nextEvent(), tagged(event, 's'));
    await link.call('get_status', {}, `"${half}"`);
    const other = await daemon.connectBot(t, { selfId: '40002', token: 'token' });
    await other.close();
    const report = groupMessage();
    assert.equal((await daemon.report(report, { token: 'token' })).status, 204);
    assert.equal(await link.nextEvent(), tagged(report, 's'));
  };

  /** Opens `count` connections, at most 200 not yet made at once. */
  const openMany = async (count: number, first: string): Promise<RawConnection[]> => {
    const connections: RawConnection[] = [];
    for (let n = 0; n < count; n += 200) {
      const batch = Array.from({ length: Math.min(200, count - n) }, () => RawConnection.open(t, daemon.port));
      for (const connection of await Promise.all(batch)) {
        if (first !== '') connection.write(first);
        connections.push(connection);
      }
    }
    return connections;
  };

  await t.test('2,000 connections that come and go', async () => {
    for (const connection of await openMany(2_000, '')) connection.destroy();
    await assertSound();
  });

  await t.test('2,000 connections that are held open and say nothing', async () => {
    const held = await openMany(2_000, '');
    await assertSound();
    for (const connection of held) connection.destroy();
  });

  await t.test('2,000 upgrades without the token', async () => {
    const flood = await openMany(2_000, upgrade('X-Self-ID: 1\r\nX-Client-Role: Universal\r\n'));
    await Promise.all(flood.map((connection) => connection.closed()));
    assert.ok(flood.every(({ received }) => received.startsWith('HTTP/1.1 401')));
    await assertSound();
  });

  await t.test('1,000 upgrades in the name of one bot leave one session', async () => {
    const headers = 'X-Self-ID: 40003\r\nX-Client-Role: Universal\r\nAuthorization: Bearer token\r\n';
    const flood = await openMany(1_000, upgrade(headers));
    await eventually(() => flood.filter(({ isOpen }) => isOpen).length === 1, { deadlineMs: 30_000 });
    assert.ok(flood.every(({ received }) => received.startsWith('HTTP/1.1 101')));
    for (const connection of flood) connection.destroy();
    await assertSound();
  });

  await t.test('500 requests that never come to their end, and 500 that never come to their body', async () => {
    const request = `POST / HTTP/1.1\r\nHost: 127.0.0.1:${daemon.port}\r\nAuthorization: Bearer token\r\n`;
    const slow = [
      ...(await openMany(500, `${request}X-Slow: `)),
      ...(await openMany(500, `${request}Content-Length: 1000000\r\n\r\n{"post_type"`)),
    ];
    for (const connection of slow) connection.write('a');
    await assertSound();
    // A head that never ends is given up; a body may take its time.
    await Promise.all(slow.slice(0, 500).map((connection) => connection.closed({ deadlineMs: 60_000 })));
    for (const connection of slow) connection.destroy();
    await assertSound();
  });

  await t.test('bytes that are no HTTP', async () => {
    for (const bytes of [
      Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00]), // A TLS hello.
      Buffer.from([0, 0, 0, 0]),
      Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
      Buffer.from('SSH-2.0-OpenSSH\r\n'),
      Buffer.from(`GET /${'a'.repeat(100_000)} HTTP/1.1\r\n\r\n`),
      Buffer.from(`GET / HTTP/1.1\r\n${'X: y\r\n'.repeat(20_000)}\r\n`),
      Buffer.from('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'),
      Buffer.from('POST / HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n'),
      Buffer.from(upgrade('').replace('dGhlIHNhbXBsZSBub25jZQ==', 'short')),
      Buffer.from(upgrade('').replace('websocket', 'h2c')),
    ]) {
      const connection = await RawConnection.open(t, daemon.port);
      connection.end(bytes);
      await connection.closed();
      assert.ok(!/^HTTP\/1\.1 (1|2)/.test(connection.received), connection.received);
    }
    await assertSound();
  });

  await t.test('a bot whose pings stay unanswered is given up', async () => {
    await vanished.closed({ deadlineMs: 60_000 });
    await assertSound();
  });

  await t.test('a link to a server whose pings stay unanswered is opened anew', async () => {
    await deafLink.closed({ deadlineMs: 60_000 });
    await deaf.links.take((other) => other.headers['x-self-id'] === '10001', { deadlineMs: 40_000 });
  });
});
