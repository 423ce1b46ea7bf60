import { connect, type Socket } from 'node:net';
import type { Cleanup } from '../support/cleanup.ts';
import type { Random } from './random.ts';

/** Peers that dial the bridge to harm it. */
export interface HostileKind {
  /** A connection begins with one of these. */
  readonly openings: readonly ((random: Random) => string | Buffer)[];
  /** After its opening a connection sends these again and again. */
  readonly refrains: readonly (string | Buffer)[];
  /** What a peer does with the bridge's bytes. `leave`: it resets the connection at the second chunk that it reads. */
  readonly manners: readonly ('read' | 'ignore' | 'leave')[];
}

const CONNECTIONS = 8;

/** Keeps some connections of one kind open to the port, each for a moment, until the test ends. */
export function startHostileDiallers(t: Cleanup, port: number, { kind, random }: HostileDiallers): void {
  const sockets = new Set<Socket>();
  let isOver = false;
  const dial = (): void => {
    if (isOver) return;
    const socket = connect(port, '127.0.0.1');
    sockets.add(socket);
    const refrain = random.pick(kind.refrains);
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
    behave(socket, random.pick(kind.manners));
    socket.write(random.pick(kind.openings)(random));
  };
  for (let n = 0; n < CONNECTIONS; n += 1) dial();
  t.after(() => {
    isOver = true;
    for (const socket of sockets) socket.destroy();
  });
}

export interface HostileDiallers {
  readonly kind: HostileKind;
  readonly random: Random;
}

function behave(socket: Socket, manner: 'read' | 'ignore' | 'leave'): void {
  if (manner === 'ignore') return;
  let pieces = 0;
  socket.on('data', () => {
    pieces += 1;
    if (manner === 'leave' && pieces === 2) socket.resetAndDestroy();
  });
}

/** A masked frame whose mask is zero, so the payload stays as it is. The payload is cut to 125 bytes. */
export function maskedFrame(opcode: number, payload: string | Buffer): Buffer {
  const bytes = Buffer.from(payload).subarray(0, 125);
  return Buffer.concat([Buffer.from([opcode, 0x80 | bytes.length]), Buffer.alloc(4), bytes]);
}

/** The request of a WebSocket handshake. */
export function upgradeRequest(path: string, headers: Readonly<Record<string, string | number>>): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return (
    `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n` +
    `Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n${lines.join('')}\r\n`
  );
}
