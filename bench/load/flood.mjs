// How much the sink can take: masked frames of the load, prepared beforehand, written to N WebSockets as fast as they
// go. `node flood.mjs PORT LINKS MS`; ends by itself.
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { eventBody } from './events.mjs';

const FRAMES_PER_WRITE = 64;
const [port, linkCount, ms] = process.argv.slice(2).map(Number);

const body = eventBody(0);
const key = Buffer.of(0x12, 0x34, 0x56, 0x78);
const head = Buffer.of(0x81, 0xfe, body.length >> 8, body.length & 255);
const frame = Buffer.concat([head, key, body.map((byte, i) => byte ^ key[i & 3])]);
const block = Buffer.concat(Array(FRAMES_PER_WRITE).fill(frame));

async function open() {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  socket.write(
    'GET / HTTP/1.1\r\nHost: sink\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n' +
      'Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
  );
  await once(socket, 'data');
  return socket;
}

const sockets = await Promise.all(Array.from({ length: linkCount }, open));
let stopped = false;
for (const socket of sockets) {
  const write = () => {
    if (!stopped) socket.write(block, write);
  };
  write();
}
await delay(ms);
stopped = true;
for (const socket of sockets) socket.end();
