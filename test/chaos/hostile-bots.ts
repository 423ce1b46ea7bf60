import { connect, type Socket } from 'node:net';
import type { Cleanup } from '../support/cleanup.ts';
import type { Random } from './random.ts';

const UPGRADE = (selfId: number) =>
  `GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n` +
  `Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nX-Self-ID: ${selfId}\r\nX-Client-Role: Universal\r\n\r\n`;
const POST = (length: string) =>
  `POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Self-ID: 66\r\nContent-Type: application/json\r\n${length}\r\n\r\n`;
const MASK = Buffer.from([0, 0, 0, 0]);

/** A masked frame whose mask changes nothing. */
function frame(opcode: number, payload: Buffer): Buffer {
  return Buffer.concat([Buffer.from([opcode, 0x80 | Math.min(payload.length, 125)]), MASK, payload.subarray(0, 125)]);
}

const FIRST_WORDS: readonly ((random: Random) => string | Buffer)[] = [
  () => POST('Transfer-Encoding: chunked'),
  () => POST('Content-Length: 1000000'),
  () => `GET /get_status HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Filler: `,
  (random) => Buffer.from(Array.from({ length: 100 }, () => random.between(0, 255))),
  (random) => UPGRADE(random.between(60, 69)),
];

/** What comes next, again and again. */
const REFRAIN: readonly (string | Buffer)[] = [
  '1\r\na\r\n'.repeat(200),
  'x',
  frame(0x81, Buffer.from('{"post_type":')),
  frame(0x81, Buffer.alloc(0)),
  frame(0x01, Buffer.from('a')),
  frame(0x80, Buffer.from('a')),
  frame(0x83, Buffer.from('a')),
  frame(0x89, Buffer.from('ping')),
  frame(0x81, Buffer.from('{"post_type":"notice","self_id":66,"notice_type":"x","sub_type":"y","n":1}')),
  Buffer.from([0x82, 0xff, 0, 0, 0, 0, 0x7f, 0xff, 0xff, 0xff, 0, 0, 0, 0]),
];

/** Keeps some connections of bad bots on the port, each for a moment, until the test is over. */
export function startHostileBots(t: Cleanup, port: number, random: Random): void {
  const sockets = new Set<Socket>();
  let isOver = false;
  const dial = (): void => {
    if (isOver) return;
    const socket = connect(port, '127.0.0.1');
    sockets.add(socket);
    const refrain = random.pick(REFRAIN);
    const timer = setInterval(() => socket.writableNeedDrain || socket.write(refrain), 2);
    const end = setTimeout(
      () => (random.chance(0.5) ? socket.resetAndDestroy() : socket.destroy()),
      random.between(5, 400),
    );
    socket.on('error', () => {}); // `close` follows.
    socket.on('close', () => {
      clearInterval(timer);
      clearTimeout(end);
      sockets.delete(socket);
      if (!isOver) setTimeout(dial, 5);
    });
    socket.resume().write(random.pick(FIRST_WORDS)(random));
  };
  for (let n = 0; n < CONNECTIONS; n += 1) dial();
  t.after(() => {
    isOver = true;
    for (const socket of sockets) socket.destroy();
  });
}

const CONNECTIONS = 8;
