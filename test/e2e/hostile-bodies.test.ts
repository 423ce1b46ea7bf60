import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { test } from 'node:test';
import { type Daemon, startDaemon } from '../support/daemon.ts';
import { groupMessage } from '../support/events.ts';
import { eventually } from '../support/eventually.ts';
import { failOnLeaks } from '../support/leaks.ts';
import { RawConnection } from '../support/raw-connection.ts';

failOnLeaks();

/** A list of some hundred thousand chunks would fill this heap. */
const SMALL_HEAP = { NODE_OPTIONS: '--max-old-space-size=64' };

interface Trickle {
  readonly socket: Socket;
  /** The answer so far. */
  readonly answer: () => string;
}

/** Sends a request whose body comes in chunks of one byte. Settles when all is written or the peer has closed. */
async function trickle(daemon: Daemon, target: string, headers = ''): Promise<Trickle> {
  const socket = connect(daemon.port, '127.0.0.1');
  let received = '';
  socket.on('data', (data) => {
    received += data.toString('latin1');
  });
  socket.on('error', () => {}); // The daemon may cut the connection.
  await once(socket, 'connect');
  socket.write(`POST ${target} HTTP/1.1\r\nHost: 127.0.0.1\r\nTransfer-Encoding: chunked\r\n${headers}\r\n`);
  const piece = '1\r\n \r\n'.repeat(10_000);
  for (let sent = 0; sent < CHUNKS && !socket.destroyed; sent += 10_000) {
    if (!socket.write(piece)) await Promise.race([once(socket, 'drain'), once(socket, 'close')]);
  }
  return { socket, answer: () => received };
}

/** The status line of the answer. */
async function answered({ socket, answer }: Trickle): Promise<string> {
  socket.write('0\r\n\r\n');
  while (!answer().includes('\r\n\r\n') && !socket.destroyed) await once(socket, 'data');
  const text = answer();
  socket.destroy();
  return text.slice(0, text.indexOf('\r\n'));
}

/** At 140 bytes for each chunk these need more than a heap of 64 MB. */
const CHUNKS = 600_000;

test('bodies in chunks of one byte fill no heap', async (t) => {
  const daemon = await startDaemon(t, {
    env: () => SMALL_HEAP,
    config: { access_token: 'token', server_list: { s: { port: 1, access_token: 'of-s' } } },
  });

  await t.test('of a call without a token', async () => {
    const request = await trickle(daemon, '/get_msg');
    assert.match(await answered(request), / 401 /);
  });

  await t.test('of a call with the token of a server', async () => {
    const request = await trickle(daemon, '/get_msg?access_token=of-s');
    assert.match(await answered(request), / 400 /);
  });

  await t.test('of a report with a false signature', async () => {
    const request = await trickle(daemon, '/', 'X-Signature: sha1=00\r\nX-Self-ID: 10001\r\n');
    assert.match(await answered(request), / 403 /);
  });

  assert.equal((await daemon.report(groupMessage(), { token: 'token' })).status, 204);
});

test('a peer without the right token is answered before its body comes, and is cut off when that goes on for ever', async (t) => {
  const daemon = await startDaemon(t, {
    config: { access_token: 'token', max_payload: '64KiB', server_list: { s: { port: 1, access_token: 'of-s' } } },
  });
  for (const [head, status] of [
    ['POST /get_msg', '401'],
    ['POST /get_msg?access_token=wrong', '403'],
    ['POST /s/get_msg', '401'],
    ['POST /onebot/v11', '401'],
    ['POST /', '401'],
  ]) {
    const connection = await RawConnection.open(t, daemon.port);
    connection.write(`${head} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 99999999999\r\n\r\n`);
    await eventually(() => assert.match(connection.received, new RegExp(`^HTTP/1\\.1 ${status} `), head));
    const chunk = Buffer.alloc(1024 * 1024, ' ');
    while (connection.isOpen) {
      connection.write(chunk);
      await new Promise(setImmediate);
    }
  }
});

test('a refused body of bearable size leaves the connection fit for more', async (t) => {
  const daemon = await startDaemon(t, {
    config: { access_token: 'token', server_list: { s: { port: 1, access_token: 'of-s' } } },
  });
  const connection = await RawConnection.open(t, daemon.port);
  const head = 'HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000000\r\n\r\n';
  connection.write(`POST /get_msg ${head}${' '.repeat(1_000_000)}`);
  connection.write(
    'POST /get_msg?access_token=of-s HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}',
  );
  await connection.closed();
  assert.deepEqual(connection.received.match(/^HTTP\/1\.1 \d+/gm), ['HTTP/1.1 401', 'HTTP/1.1 404']);
});

test('WebSocket messages that never become whole are bounded over all connections', async (t) => {
  const daemon = await startDaemon(t, { config: { max_payload: '1MiB' } });
  const sound = await daemon.connectBot(t);
  const head = Buffer.from([0x01, 0xff, 0, 0, 0, 0, 0, 0x0e, 0, 0, 0, 0, 0, 0]); // A first fragment of 896 KiB.
  const open: RawConnection[] = [];
  for (let n = 0; n < 5; n++) {
    const connection = await RawConnection.open(t, daemon.port);
    connection.write(
      `GET / HTTP/1.1\r\nHost: 127.0.0.1:${daemon.port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
        `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nX-Self-ID: 2000${n}\r\n\r\n`,
    );
    await eventually(() => assert.match(connection.received, /^HTTP\/1\.1 101/));
    connection.write(Buffer.concat([head, Buffer.alloc(896 * 1024, ' ')]));
    open.push(connection);
  }
  await daemon.says(/a connection is cut off: too many large messages come at once/);
  await eventually(() => assert.equal(open.filter(({ isOpen }) => isOpen).length, 4));
  sound.send(groupMessage());
  assert.equal((await daemon.report(groupMessage())).status, 204);
});
