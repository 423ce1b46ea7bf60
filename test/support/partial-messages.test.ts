import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { Duplex } from 'node:stream';
import { test } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type WebSocket, WebSocketServer } from 'ws';
import { PartialMessages, watchParts } from '../../src/support/partial-messages.ts';
import { eventually } from './eventually.ts';

/** A connection whose reads the test makes, and the WebSocket of a server on it. */
function connection(): { readonly socket: WebSocket; readonly wire: Duplex } {
  const wire = new Duplex({ read: () => {}, write: (_chunk, _encoding, done) => done() });
  const headers = {
    upgrade: 'websocket',
    'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
    'sec-websocket-version': '13',
  };
  const request = { method: 'GET', url: '/', headers } as unknown as IncomingMessage;
  const server = new WebSocketServer({ noServer: true, maxPayload: 64 * 1024 * 1024, perMessageDeflate: false });
  let opened: WebSocket | undefined;
  server.handleUpgrade(request, wire, Buffer.alloc(0), (socket) => {
    opened = socket;
  });
  assert.ok(opened !== undefined);
  opened.on('error', () => {});
  return { socket: opened, wire };
}

/** A frame of a client, with a mask of zeros. */
function frame(opcode: number, payload: Buffer): Buffer {
  const length =
    payload.length < 126
      ? Buffer.from([0x80 | payload.length])
      : Buffer.from([0xff, 0, 0, 0, 0, ...Buffer.from(payload.length.toString(16).padStart(8, '0'), 'hex')]);
  return Buffer.concat([Buffer.from([opcode]), length, Buffer.alloc(4), payload]);
}

async function read(wire: Duplex, chunk: Buffer): Promise<void> {
  wire.push(chunk);
  while (wire.readableLength > 0) await new Promise((resolve) => setImmediate(resolve));
}

const TEXT = 0x01;
const CONTINUED = 0x00;
const LAST = 0x80;
const PONG = 0x8a;

test('a message in reads of one byte is whole in the end and held in few pieces before', async () => {
  const { socket, wire } = connection();
  const { _receiver: receiver } = socket as unknown as { _receiver: { _buffers: Buffer[] } };
  let most = 0;
  let held = 0;
  watchParts(socket, wire, (bytes) => {
    held = bytes;
    most = Math.max(most, receiver._buffers.length);
  });
  const text = Buffer.from('0123456789'.repeat(20_000));
  const message = once(socket, 'message');
  const bytes = frame(TEXT | LAST, text);
  for (let at = 0; at < bytes.length; at++) await read(wire, Buffer.from([bytes[at] ?? 0]));
  assert.deepEqual((await message)[0], text);
  assert.ok(most > 1 && most < 40, String(most));
  assert.equal(held, 0);
  wire.destroy();
});

test('small fragments with many pongs beside them keep no reads in memory', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const { socket, wire } = connection();
  watchParts(socket, wire);
  const message = once(socket, 'message');
  const pongs = Buffer.concat(Array.from({ length: 500 }, () => frame(PONG, Buffer.alloc(120))));
  collect();
  const before = process.memoryUsage().arrayBuffers;
  for (let n = 0; n < 2_000; n++) {
    await read(wire, Buffer.concat([frame(n === 0 ? TEXT : CONTINUED, Buffer.from([0x61 + (n % 26)])), pongs]));
  }
  await eventually(() => {
    collect();
    const grown = process.memoryUsage().arrayBuffers - before;
    assert.ok(grown < 8 * 1024 * 1024, `${grown} bytes more, of ${2_000 * pongs.length}`);
  });
  await read(wire, frame(CONTINUED | LAST, Buffer.from('!')));
  assert.equal((await message)[0].length, 2_001);
  wire.destroy();
});

test('what the parts of all connections hold is bounded, and given back', async () => {
  const partials = new PartialMessages(1_000_000);
  const connections = [connection(), connection(), connection()];
  const full: number[] = [];
  for (const [n, { socket, wire }] of connections.entries()) partials.watch(socket, wire, () => full.push(n));
  const [one, other, third] = connections;
  assert.ok(one !== undefined && other !== undefined && third !== undefined);
  await read(one.wire, frame(TEXT, Buffer.alloc(600_000, 'a')));
  await read(other.wire, frame(TEXT, Buffer.alloc(100_000, 'a')));
  assert.deepEqual(full, [], 'small ones are not counted');
  await read(other.wire, frame(CONTINUED, Buffer.alloc(400_000, 'a')));
  assert.deepEqual(full, [1]);
  await read(one.wire, frame(CONTINUED | LAST, Buffer.alloc(1, 'a')));
  await read(third.wire, frame(TEXT, Buffer.alloc(900_000, 'a')));
  assert.deepEqual(full, [1], 'a message that is whole is not counted any more');
  third.wire.destroy();
  await once(third.socket, 'close');
  await read(one.wire, frame(TEXT, Buffer.alloc(900_000, 'a')));
  assert.deepEqual(full, [1], 'nor is a connection that has closed');
  for (const { wire } of connections) wire.destroy();
});
