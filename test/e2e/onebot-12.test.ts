import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WebSocket } from 'ws';
import type { Cleanup } from '../support/cleanup.ts';
import { type Daemon, startDaemon } from '../support/daemon.ts';
import { groupMessage } from '../support/events.ts';
import { FakeWebSocketServer } from '../support/fake-web-socket-server.ts';
import { failOnLeaks } from '../support/leaks.ts';

failOnLeaks();

const CONNECT =
  '{"id":"a","time":1.5,"type":"meta","detail_type":"connect","sub_type":"","version":{"impl":"x","version":"1","onebot_version":"12"}}';

/** How a reverse WebSocket of OneBot 12 ends. */
function ending(t: Cleanup, daemon: Daemon): Promise<[number, string, string]> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`${daemon.wsUrl}/onebot/v12/ws`, ['12.walle-q'], {
      headers: { Authorization: 'Bearer x' },
    });
    t.after(() => socket.terminate());
    socket.on('error', reject);
    socket.on('close', (code, reason) => resolve([code, String(reason), socket.protocol]));
  });
}

test('peers that speak OneBot 12 are told so', async (t) => {
  const implementation = await FakeWebSocketServer.start(t);
  const bots = { main: { url: `ws://127.0.0.1:${implementation.port}/` } };
  const daemon = await startDaemon(t, { config: { bots } });

  await t.test('on a reverse WebSocket: accepted, then closed with the reason', async () => {
    const [code, reason, protocol] = await ending(t, daemon);
    assert.equal(code, 1008);
    assert.match(reason, /^this is OneBot 12, and the bridge speaks OneBot 11/);
    assert.equal(protocol, '12.walle-q');
    await daemon.says(/a request to the port was refused.*this is OneBot 12/);
  });

  await t.test('by webhook: 400', async () => {
    const { status, body } = await daemon.report('{"type":"message"}', {
      headers: { 'X-OneBot-Version': '12', 'X-Impl': 'x' },
    });
    assert.equal(status, 400);
    assert.match(String(body), /this is OneBot 12/);
  });

  await t.test('behind the headers of OneBot 11', async () => {
    const bot = await daemon.connectBot(t, { role: 'Universal', selfId: null });
    bot.send(CONNECT);
    assert.equal((await bot.closed()).code, 1008);
    const known = await daemon.connectBot(t);
    known.send(CONNECT);
    assert.match((await known.closed()).reason, /this is OneBot 12/);
    assert.equal((await daemon.report(groupMessage().replace('post_type', 'detail_type'))).status, 400);
  });

  await t.test('where the bridge dialled', async () => {
    const link = await implementation.nextLink();
    link.send(CONNECT);
    assert.equal((await link.closed()).code, 1008);
  });
});
