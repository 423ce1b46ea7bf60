import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { WebSocketServer } from 'ws';
import { MemoryStore } from '../../src/log/memory-store.ts';
import { SharedLog } from '../../src/log/shared-log.ts';
import type { OneBotEvent } from '../../src/onebot/bot-frame.ts';
import { EventForm } from '../../src/servers/delivery/event-form.ts';
import { Fleet } from '../../src/servers/fleet.ts';
import { States } from '../../src/states/states.ts';
import { steadyNow } from '../../src/support/clock.ts';
import { silentLogger as logger } from '../../src/support/logger.ts';
import { sound } from '../config/read.ts';
import { event } from '../conformance/event-log.ts';
import { dialIn } from '../support/dial-in.ts';
import { eventually } from '../support/eventually.ts';
import { FakeHttpServer } from '../support/fake-http-server.ts';
import { FakeWebSocketServer } from '../support/fake-web-socket-server.ts';
import { rawSocketOf } from '../support/raw-socket-of.ts';

/** Makes the bridge throw whenever it prepares the event with this number for a server. */
function failAt(t: TestContext, n: number): void {
  for (const method of ['body', 'payload'] as const) {
    const original = EventForm.prototype[method];
    t.mock.method(EventForm.prototype, method, function (this: EventForm, what: OneBotEvent): Buffer {
      if (what.bytes.includes(`"n":${n},`)) throw new TypeError('of the bridge');
      return original.call(this, what);
    });
  }
}

test('an error while one event is prepared makes that event a dead letter and nothing else, in every worker', async (t) => {
  failAt(t, 1);
  const [web, hook] = [await FakeWebSocketServer.start(t), await FakeHttpServer.start(t)];
  const config = sound(`server_list:
  web: { protocol: websocket, port: ${web.port} }
  hook: { protocol: http, port: ${hook.port}, concurrency: 1 }
  app: { protocol: listen, access_token: of-app }
`);
  const bounds = { maxAgeMs: 60_000, maxEvents: 1_000, maxBytes: 1e9 };
  const log = new SharedLog({ store: new MemoryStore(), boundsOf: () => bounds, maxMemoryBytes: 1e9, logger });
  t.after(() => log.close());
  const fleet = new Fleet({
    ...CONTEXT,
    cursor: ({ name }) => log.cursor(name),
    deadLetters: log.deadLetters,
  });
  t.after(() => fleet.stop());
  for (const server of config.servers.values()) fleet.add(server, ['1']);

  const http = createServer();
  const acceptor = new WebSocketServer({ server: http });
  acceptor.on('connection', (socket) => {
    const server = config.servers.get('app') ?? assert.fail();
    fleet.connected(socket, { server, role: 'Universal', remote: 'here', transport: rawSocketOf(socket) });
  });
  await once(http.listen(0, '127.0.0.1'), 'listening');
  t.after(() => http.close());
  const app = await dialIn(t, { url: `ws://127.0.0.1:${(http.address() as AddressInfo).port}/` });

  const link = await web.nextLink();
  for (let n = 0; n < 3; n += 1) await log.append(event(n), ['web', 'hook', 'app']);
  for (const n of [0, 2]) {
    for (const frame of [await link.nextEvent(), await app.nextEvent(), (await hook.nextEvent()).body]) {
      assert.ok(frame.includes(`"n":${n},`), frame);
    }
  }
  await eventually(() => {
    for (const name of ['web', 'hook', 'app']) assert.equal(log.cursor(name).waitingEvents, 0, name);
  });
  const letters = log.deadLetters.list();
  assert.deepEqual(letters.map(({ server }) => server).toSorted(), ['app', 'hook', 'web']);
  for (const { reason } of letters) assert.equal(reason, 'an error of the bridge');
});

const CONTEXT = {
  sees: () => true,
  calls: { place: () => {}, callerGone: () => {}, underWay: () => 0 },
  quickOperations: { posting: () => {}, posted: () => {} },
  onDelivered: () => {},
  facts: () => new States({ now: steadyNow, mask: (text) => text }).link(),
  settleMs: 0,
  logger,
  mask: (text: string) => text,
  userAgent: 'test',
  maxPayloadBytes: () => 1e6,
} as const;
