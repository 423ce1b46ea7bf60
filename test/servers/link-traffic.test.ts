import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { MemoryStore } from '../../src/log/memory-store.ts';
import { SharedLog } from '../../src/log/shared-log.ts';
import { BreakWatch } from '../../src/servers/delivery/break-watch.ts';
import { Deliveries } from '../../src/servers/delivery/deliveries.ts';
import { FlushRounds } from '../../src/servers/websocket/flush-rounds.ts';
import { LinkTraffic } from '../../src/servers/websocket/link-traffic.ts';
import { silentLogger as logger } from '../../src/support/logger.ts';
import { webSocketServer } from '../config/read.ts';
import { event } from '../conformance/event-log.ts';
import { FakeWebSocketServer } from '../support/fake-web-socket-server.ts';
import { rawSocketOf } from '../support/raw-socket-of.ts';

test('an event that comes while its link is in a round is sent in the next', async (t) => {
  const server = await FakeWebSocketServer.start(t);
  const socket = new WebSocket(`ws://127.0.0.1:${server.port}`, { headers: { 'X-Self-ID': '1' } });
  await once(socket, 'open');
  const bounds = { maxAgeMs: 60_000, maxEvents: 1_000, maxBytes: 1e9 };
  const log = new SharedLog({ store: new MemoryStore(), boundsOf: () => bounds, maxMemoryBytes: 1e9, logger });
  t.after(() => log.close());
  const rounds = new FlushRounds();
  const calls = { place: () => {}, callerGone: () => {}, underWay: () => 0 };
  const config = webSocketServer(`server_list: { a: { protocol: websocket, host: 127.0.0.1, port: ${server.port} } }`);
  const caller = { server: 'a', timeoutMs: 1_000, bots: undefined, actions: undefined, reply: () => {} };
  const traffic = new LinkTraffic(socket, {
    transport: rawSocketOf(socket),
    rounds,
    selfId: '1',
    config: () => config,
    cursor: log.cursor('a'),
    deliveries: new Deliveries({ config, deadLetters: log.deadLetters, onDelivered: () => {}, logger }),
    breaks: new BreakWatch(),
    settleMs: 0,
    facts: { delivered: () => {} },
    caller,
    calls,
    logger,
  });
  t.after(() => traffic.stop());
  t.after(() => socket.terminate());
  traffic.start(false);
  await nextTurn();

  // Both are in the round; the event comes when it has begun.
  rounds.add({ flush: () => void log.append(event(7), ['a']), flushFailed: assert.fail });
  traffic.setPaused(false);

  const link = await server.nextLink('1');
  assert.match(await link.nextEvent(), /"n":7/);
});
