import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startDaemon } from '../support/daemon.ts';
import { groupMessage, tagged } from '../support/events.ts';
import type { FakeServerLink } from '../support/fake-server-link.ts';
import { FakeWebSocketServer } from '../support/fake-web-socket-server.ts';
import { JUNK_TEXTS, WRONG_VALUES } from '../support/junk.ts';
import { failOnLeaks } from '../support/leaks.ts';
import { startRawServer } from '../support/raw-server.ts';

failOnLeaks();

test('bad input from WebSocket servers', async (t) => {
  const [good, bad] = [await FakeWebSocketServer.start(t), await FakeWebSocketServer.start(t)];
  const daemon = await startDaemon(t, {
    config: {
      max_payload: '1MiB',
      server_list: { good: { host: '127.0.0.1', port: good.port }, bad: { host: '127.0.0.1', port: bad.port } },
    },
  });
  const bot = await daemon.connectBot(t);
  const goodLink = await good.nextLink();
  let badLink = await bad.nextLink();

  const assertSoundOn = async (link: FakeServerLink, name: string): Promise<void> => {
    const event = groupMessage();
    bot.send(event);
    await link.frames.take((frame) => frame === tagged(event, name));
    await link.call('get_status', {}, `"sentinel ${Math.random()}"`);
    link.frames.drain();
  };
  const assertSound = async (): Promise<void> => {
    await assertSoundOn(goodLink, 'good');
    await assertSoundOn(badLink, 'bad');
  };

  await t.test('junk frames close nothing and reach no bot', async () => {
    bot.calls.drain();
    bot.oddFrames.drain();
    for (const junk of JUNK_TEXTS) badLink.send(junk);
    await assertSound();
    assert.equal(bot.calls.drain().length, 2);
    assert.deepEqual(bot.oddFrames.drain(), []);
  });

  await t.test('binary frames and text that is not UTF-8 close nothing', async () => {
    for (const bytes of [Buffer.alloc(0), Buffer.from([0, 255, 254, 1]), Buffer.from('[1]'), Buffer.alloc(65_536, 7)]) {
      badLink.sendBinary(bytes);
    }
    badLink.send(Buffer.from([0x7b, 0xff, 0xfe, 0x7d])); // Text that is not UTF-8.
    await assertSound();
    assert.deepEqual(bot.oddFrames.drain(), []);
  });

  await t.test('events and answers that a server sends reach no bot', async () => {
    badLink.send(groupMessage());
    badLink.send('{"status":"ok","retcode":0,"data":null,"echo":"1"}');
    await assertSound();
    assert.deepEqual(bot.oddFrames.drain(), []);
  });

  await t.test('wrong types in every known field of a call get one answer each', async () => {
    let n = 0;
    for (const value of WRONG_VALUES) {
      badLink.send(`{"action":${value},"params":{},"echo":"n${++n}"}`);
      badLink.send(`{"action":"send_msg","params":${value},"echo":"n${++n}"}`);
      badLink.send(`{"action":"send_msg","params":{"self_id":${value}},"echo":"n${++n}"}`);
      badLink.send(`{"action":"send_msg","self_id":${value},"params":{},"echo":"n${++n}"}`);
    }
    const got: string[] = [];
    for (let i = 0; i < n; i++) got.push((JSON.parse(await badLink.nextAnswer()) as { echo: string }).echo);
    const wanted = Array.from({ length: n }, (_, i) => `n${i + 1}`);
    assert.deepEqual(got.toSorted(), wanted.toSorted());
    for (const value of WRONG_VALUES) {
      badLink.send(`{"action":"send_msg","params":{},"echo":${value}}`);
      await badLink.nextAnswer();
    }
    await assertSound();
  });

  await t.test('action names that would lead somewhere else', async () => {
    for (const action of ['../admin', 'a/b', 'x'.repeat(100_000), '\u0000', '动作', '__proto__', 'constructor']) {
      await badLink.call(action, {}, '1');
    }
    await assertSound();
  });

  await t.test('a thousand calls at once', async () => {
    for (let n = 0; n < 1_000; n++) badLink.send(`{"action":"send_msg","params":{},"echo":${n}}`);
    for (let n = 0; n < 1_000; n++) await badLink.nextAnswer();
    await assertSound();
  });

  await t.test('a broken link is opened again', async () => {
    for (const frame of [
      Buffer.from([0xff, 0xff, 0xff, 0xff]),
      Buffer.from([0x81, 0x81, 0, 0, 0, 0, 0x41]), // Masked, which a server must not do.
      Buffer.from([0x81, 0x7f, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]), // A length of 2^63 - 1.
    ]) {
      badLink.writeRaw(frame);
      await badLink.closed();
      daemon.type('reconnect bad');
      badLink = await bad.nextLink();
    }
    await assertSound();
  });
});

test('bad answers of HTTP servers and handshakes', async (t) => {
  const good = await FakeWebSocketServer.start(t);
  const answers: readonly string[] = [
    'junk\r\n\r\n',
    '\u0000\u0001\u0002',
    'HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n{',
    'HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n{}',
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
    'HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\njunk',
    `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 200000\r\n\r\n${'['.repeat(200_000)}`,
    'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n[]',
    `HTTP/1.1 200 OK\r\n${'X-A: b\r\n'.repeat(20_000)}\r\n`,
    'HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n',
    'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n',
    'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: x\r\n\r\n',
    'HTTP/1.1 999 Odd\r\nContent-Length: 0\r\n\r\n',
    'HTTP/1.1 100 Continue\r\n\r\n',
    '',
  ];
  const ports: number[] = [];
  for (const answer of answers)
    ports.push(await startRawServer(t, (socket) => socket.once('data', () => socket.end(answer))));
  const entries = ports.flatMap((port, i) => [
    [`http${i}`, { protocol: 'http', host: '127.0.0.1', port }],
    [`ws${i}`, { protocol: 'websocket', host: '127.0.0.1', port }],
  ]);
  const daemon = await startDaemon(t, {
    config: { server_list: { good: { host: '127.0.0.1', port: good.port }, ...Object.fromEntries(entries) } },
  });
  const bot = await daemon.connectBot(t);
  const link = await good.nextLink();

  await t.test('hold up nobody', async () => {
    for (let n = 0; n < 20; n++) {
      const event = groupMessage();
      bot.send(event);
      assert.equal(await link.nextEvent(), tagged(event, 'good'));
    }
    await link.call('get_status', {}, '1');
  });

  await t.test('cost a reporter nothing', async () => {
    const event = groupMessage();
    const { status, body } = await daemon.report(event);
    assert.deepEqual([status, body], [204, '']);
    assert.equal(await link.nextEvent(), tagged(event, 'good'));
  });

  await t.test('a body without an end is cut off', async () => {
    const endless = await startRawServer(t, (socket) => {
      const chunk = Buffer.alloc(64 * 1024, 0x20);
      const pour = (): void => {
        while (socket.writable && socket.write(chunk)) {}
      };
      socket.once('data', () => {
        socket.write('HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n');
        socket.on('drain', pour);
        pour();
      });
      socket.once('close', () => ended.push(socket.bytesWritten));
    });
    const ended: number[] = [];
    await daemon.writeConfig({
      server_list: {
        good: { host: '127.0.0.1', port: good.port },
        endless: { protocol: 'http', host: '127.0.0.1', port: endless },
      },
    });
    daemon.type('reload config');
    await daemon.says(/endless/);
    bot.send(groupMessage());
    await link.nextEvent();
    while (ended.length === 0) {
      const event = groupMessage();
      bot.send(event);
      assert.equal(await link.nextEvent(), tagged(event, 'good'));
    }
  });
});
