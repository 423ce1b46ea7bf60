import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { WebSocket, WebSocketServer } from 'ws';
import { answerPings } from '../../src/support/answer-pings.ts';
import { eventually } from './eventually.ts';

test('pings are answered, and of those that come while a pong has not left the most recent one alone', async (t) => {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', autoPong: false });
  t.after(() => server.close());
  await once(server, 'listening');
  const far = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  t.after(() => far.terminate());
  const [[near]] = (await Promise.all([once(server, 'connection'), once(far, 'open')])) as [[WebSocket], unknown];
  answerPings(near);
  const pongs: string[] = [];
  far.on('pong', (data) => pongs.push(String(data)));
  far.ping('one');
  await eventually(() => assert.deepEqual(pongs, ['one']));

  // The peer reads nothing, so nothing leaves any more.
  far.pause();
  near.send(Buffer.alloc(32 * 1024 * 1024));
  await eventually(() => assert.ok(near.bufferedAmount > 0));
  const before = near.bufferedAmount;
  for (let n = 0; n < 5_000; n += 1) far.ping(String(n));
  const heard = once(near, 'message');
  far.send('behind the pings');
  await heard;
  assert.ok(near.bufferedAmount <= before + 200, `${near.bufferedAmount - before} bytes of pongs wait`);
  far.resume();
  await eventually(() => assert.equal(pongs.at(-1), '4999'));
  assert.ok(pongs.length <= 4, `${pongs.length} pongs`);
});
