import { createHash } from 'node:crypto';
import type { Socket } from 'node:net';
import type { Cleanup } from '../support/cleanup.ts';
import { startRawServer } from '../support/raw-server.ts';
import type { Random } from './random.ts';

/** What a server does to a connection of the bridge. Called when the head of the request has come. */
type Misdeed = (socket: Socket, accept: string) => void;

const SWITCH = (accept: string) =>
  `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`;

/** Writes these bytes again and again until the connection is gone. */
function pour(socket: Socket, bytes: string | Buffer, everyMs: number): void {
  const timer = setInterval(() => {
    if (socket.destroyed) clearInterval(timer);
    else if (!socket.writableNeedDrain) socket.write(bytes);
  }, everyMs);
  socket.once('close', () => clearInterval(timer));
}

const MISDEEDS: readonly Misdeed[] = [
  (socket) => socket.resetAndDestroy(),
  (socket) => socket.end(),
  (socket) => pour(socket, 'HTTP/1.1 100 Continue\r\n\r\n', 1),
  (socket) => {
    socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n');
    pour(socket, '1\r\na\r\n'.repeat(500), 1);
  },
  (socket) => {
    socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n');
    pour(socket, Buffer.alloc(200_000, 'x'), 2);
  },
  (socket) => pour(socket, 'H', 5),
  (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n\u0000\u0001'),
  // From here on WebSockets: junk, a reserved opcode, fragments without end, empty frames, an enormous length, pings.
  (socket, accept) => socket.write(`${SWITCH(accept)}no frame at all`),
  (socket, accept) => socket.write(Buffer.concat([Buffer.from(SWITCH(accept)), Buffer.from([0x83, 0x01, 0x61])])),
  (socket, accept) => {
    socket.write(Buffer.concat([Buffer.from(SWITCH(accept)), Buffer.from([0x01, 0x01, 0x61])]));
    pour(socket, Buffer.from([0x00, 0x01, 0x61].concat([0x00, 0x01, 0x61])), 1);
  },
  (socket, accept) => {
    socket.write(SWITCH(accept));
    pour(socket, Buffer.alloc(20_000, Buffer.from([0x81, 0x00])), 2);
  },
  (socket, accept) => {
    const head = Buffer.from([0x82, 0x7f, 0, 0, 0, 0, 0x7f, 0xff, 0xff, 0xff]);
    socket.write(Buffer.concat([Buffer.from(SWITCH(accept)), head]));
  },
  (socket, accept) => {
    socket.write(SWITCH(accept));
    pour(socket, Buffer.from([0x89, 0x00]), 1);
  },
  // Accepts the handshake and then reads nothing. The next one closes as soon as it receives something.
  (socket, accept) => socket.write(SWITCH(accept)) && socket.pause(),
  (socket, accept) => {
    socket.write(SWITCH(accept));
    socket.once('data', () => socket.destroy());
  },
];

/** A port on which each connection gets a misdeed of its own. */
export async function startHostileServer(t: Cleanup, random: Random): Promise<number> {
  return await startRawServer(t, (socket) => {
    socket.once('data', (head: Buffer) => {
      const key = /sec-websocket-key: *(\S+)/i.exec(head.toString('latin1'))?.[1] ?? '';
      const accept = createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64');
      random.pick(MISDEEDS)(socket, accept);
    });
  });
}
