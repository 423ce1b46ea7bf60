import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import type { Cleanup } from '../support/cleanup.ts';
import { startDaemon } from '../support/daemon.ts';
import { dialIn } from '../support/dial-in.ts';
import { eventually } from '../support/eventually.ts';
import { failOnLeaks } from '../support/leaks.ts';
import { startRawServer } from '../support/raw-server.ts';

failOnLeaks();

/** The HTTP API of a bot, whose answers come from `answer`, and an application that calls it. */
async function start(t: Cleanup, answer: (socket: Socket, n: number) => void, server: Record<string, unknown> = {}) {
  let count = 0;
  const port = await startRawServer(t, (socket) => {
    socket.on('data', (data) => {
      if (data.includes('/get_login_info')) socket.write(LOGIN);
      else answer(socket, count++);
    });
  });
  const daemon = await startDaemon(t, {
    env: () => ({ NODE_OPTIONS: '--max-old-space-size=64' }),
    config: {
      bots: { main: { api_url: `http://127.0.0.1:${port}`, self_id: 10001 } },
      server_list: { app: { protocol: 'listen', ...server } },
    },
  });
  return { daemon, app: await dialIn(t, { url: `${daemon.wsUrl}/` }) };
}

const LOGIN_BODY = '{"status":"ok","retcode":0,"data":{"user_id":10001}}';
const LOGIN = `HTTP/1.1 200 OK\r\nContent-Length: ${LOGIN_BODY.length}\r\n\r\n${LOGIN_BODY}`;
const SMALL = 'HTTP/1.1 200 OK\r\nContent-Length: 27\r\n\r\n{"status":"ok","retcode":0}';

test('an answer of 60 MiB reaches the caller as it is', async (t) => {
  const size = 60 * 1024 * 1024;
  const body = Buffer.from(`{"status":"ok","retcode":0,"data":"${'a'.repeat(size)}"}`);
  const { app } = await start(t, (socket) => {
    socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n`);
    socket.write(body);
  });
  app.send('{"action":"get_file","params":{},"echo":1}');
  const answer = await app.nextAnswer(() => true, { deadlineMs: 30_000 });
  assert.equal(answer.length, body.length + ',"echo":1'.length);
});

test('an answer in chunks of one byte fills no heap, nor do texts without end', async (t) => {
  const { app } = await start(t, (socket, n) => {
    if (n > 1) {
      socket.write(SMALL);
      return;
    }
    const piece = n === 0 ? '1\r\n \r\n'.repeat(10_000) : '4\r\n\r\n\r\n\r\n'.repeat(5_000);
    let left = 50;
    socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n');
    const pour = (): void => {
      while (left > 0) {
        left -= 1;
        if (!socket.write(piece)) return;
      }
      socket.off('drain', pour);
      socket.write('0\r\n\r\n');
    };
    socket.on('drain', pour);
    pour();
  });
  for (const echo of ['1', '2']) {
    app.send(`{"action":"get_file","params":{},"echo":${echo}}`);
    assert.match(await app.nextAnswer(() => true, { deadlineMs: 60_000 }), /"retcode":1503.*nothing of OneBot's/);
  }
  assert.match(await app.call('get_status', {}, '3'), /"status":"ok"/);
});

test('a call that nobody waits for any more holds no connection, whatever the bot trickles', async (t) => {
  const open = new Set<Socket>();
  const { app } = await start(
    t,
    (socket, n) => {
      if (n >= 20) {
        socket.write(SMALL);
        return;
      }
      open.add(socket);
      if (n % 2 === 0) socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n');
      const text = n % 2 === 0 ? '1\r\n \r\n' : 'HTTP/1.1 103 Early Hints\r\n\r\n';
      const timer = setInterval(() => socket.write(text), 20);
      socket.once('close', () => {
        clearInterval(timer);
        open.delete(socket);
      });
    },
    { call_timeout: '500ms' },
  );
  // More calls than the bridge opens connections to a bot.
  for (let n = 0; n < 20; n++) app.send(`{"action":"a${n}","params":{},"echo":${n}}`);
  for (let n = 0; n < 20; n++) assert.match(await app.nextAnswer(), /"retcode":1504/);
  await eventually(() => assert.equal(open.size, 0));
});

test('a bot that resets its connection after each answer fails one call at most', async (t) => {
  const { app } = await start(t, (socket) => {
    socket.write(SMALL, () => setTimeout(() => socket.resetAndDestroy(), 1));
  });
  let failures = 0;
  for (let n = 0; n < 50; n++) {
    if (/"failed"/.test(await app.call('get_status', { n }, String(n)))) failures += 1;
  }
  assert.ok(failures <= 1, `${failures} calls failed`);
});
