import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { WebSocket, WebSocketServer } from 'ws';
import { readFairly } from '../../src/support/fair-reads.ts';
import { eventually } from './eventually.ts';

test('a flood of frames is read in portions, all of it, in order', async (t) => {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  t.after(() => server.close());
  await once(server, 'listening');
  const far = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  t.after(() => far.terminate());
  const [[near]] = (await Promise.all([once(server, 'connection'), once(far, 'open')])) as [[WebSocket], unknown];
  const pauses = t.mock.method(near, 'pause');
  readFairly(near);
  const got: string[] = [];
  near.on('message', (data) => got.push(String(data)));
  const sent = Array.from({ length: 5_500 }, (_, n) => String(n));
  for (const frame of sent) far.send(frame);
  await eventually(() => got.length === sent.length);
  assert.deepEqual(got, sent);
  assert.equal(pauses.mock.callCount(), 5);
});
