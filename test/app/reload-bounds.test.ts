import assert from 'node:assert/strict';
import { test } from 'node:test';
import { queueOf } from '../../src/app/waiting-events.ts';
import { readConfig } from '../../src/config/load.ts';
import { notice, tagged } from '../support/events.ts';
import { eventually } from '../support/eventually.ts';
import { FakeWebSocketServer } from '../support/fake-web-socket-server.ts';
import { freePort } from '../support/free-port.ts';
import { failOnLeaks } from '../support/leaks.ts';
import { reportByHttp } from '../support/report-by-http.ts';
import { isEvent } from '../support/reports.ts';
import { BridgeUnderTest } from './bridge-under-test.ts';

failOnLeaks();

test('tighter bounds drop nothing of what waits before the reload can fail no more', async (t) => {
  const web = await FakeWebSocketServer.start(t);
  await web.stop();
  const port = await freePort();
  const config = (servers: object) => ({ host: '127.0.0.1', port, admin: { enabled: false }, server_list: servers });
  const wide = { host: '127.0.0.1', port: web.port };
  const under = await BridgeUnderTest.start(t, () => config({ web: wide }));
  const { bridge } = under;
  const events: string[] = [];
  const report = async (): Promise<void> => {
    const event = notice();
    assert.equal((await reportByHttp({ url: `http://127.0.0.1:${port}/`, body: event })).status, 204);
    events.push(event);
  };
  const dropped = () => bridge.status().servers.map(({ counts }) => counts.dropped.overflow);
  for (let n = 0; n < 5; n += 1) await report();

  const tight = { queue: { max_events: 2 } };
  under.config = config({
    renamed: { ...wide, ...tight },
    web: { protocol: 'http', port: await freePort(), ...tight },
  });
  under.watch = (step, when) => {
    if (step === 'config in force' && when === 'after') throw new Error('made to fail');
  };
  assert.equal((await bridge.reload()).kind, 'refused');
  await report();
  assert.deepEqual(dropped(), [0]);

  under.watch = () => {};
  assert.equal((await bridge.reload()).kind, 'applied');
  await report();
  await eventually(() => assert.deepEqual(dropped(), [5, 0]));
  await web.listen();
  bridge.reconnect('renamed');
  const link = await web.nextLink();
  await eventually(() => assert.equal(link.frames.all.filter(isEvent).length, 2));
  const wanted = events.slice(-2).map((event) => tagged(event, 'renamed'));
  assert.deepEqual(link.frames.all.filter(isEvent), wanted);
});

test('what waits for a server that is removed keeps the bounds of the server', () => {
  const loaded = readConfig('server_list: {web: {port: 1, queue: {max_age: 1h}}}', { file: 'config.yml', env: {} });
  assert.equal(loaded.kind, 'loaded');
  if (loaded.kind !== 'loaded') return;
  const inForce = { maxAgeMs: 1, maxEvents: 2, maxBytes: 3 };
  assert.deepEqual(queueOf(loaded.config, 'gone/10001', inForce), inForce);
  assert.equal(queueOf(loaded.config, 'web/10001', inForce).maxAgeMs, 3_600_000);
});
