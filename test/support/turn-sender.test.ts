import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo, Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { WebSocket, WebSocketServer } from 'ws';
import { TurnSender } from '../../src/support/turn-sender.ts';

/** Both ends of a WebSocket, and what has come at the far one. */
async function connect(t: TestContext) {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  t.after(() => server.close());
  await once(server, 'listening');
  const far = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  t.after(() => far.terminate());
  const [near, { socket: transport }] = (await once(server, 'connection')) as [WebSocket, { socket: Socket }];
  const got: string[] = [];
  far.on('message', (data, isBinary) => got.push(isBinary ? 'binary' : String(data)));
  return { near, transport, far, got, sender: new TurnSender(near, transport) };
}

/** Frames of all sizes of a WebSocket's head. */
const FRAMES = ['{"n":1}', '', 'x'.repeat(125), 'y'.repeat(126), 'z'.repeat(70_000), '{"n":2}'];

test('the frames of one turn leave in one write, in order', async (t) => {
  const { transport, far, got, sender } = await connect(t);
  const [single, many] = [t.mock.method(transport, '_write'), t.mock.method(transport, '_writev' as '_write')];
  for (const frame of FRAMES) sender.send(Buffer.from(frame));
  while (got.length < FRAMES.length) await once(far, 'message');
  assert.deepEqual(got, FRAMES);
  assert.deepEqual([single.mock.callCount(), many.mock.callCount()], [0, 1]);
});

test('a close in the same turn comes behind the frames before it', async (t) => {
  const { near, far, got, sender } = await connect(t);
  for (const frame of FRAMES) sender.send(Buffer.from(frame));
  near.close(1001, 'bye');
  const [code] = await once(far, 'close');
  assert.equal(code, 1001);
  assert.deepEqual(got, FRAMES);
});

test('a connection that is cut in the same turn is no fault', async (t) => {
  const { near, far, sender } = await connect(t);
  sender.send(Buffer.from('lost'));
  near.terminate();
  await once(far, 'close');
  sender.send(Buffer.from('for nobody'));
});
