import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import type { StepWatcher } from '../../src/app/reload/steps.ts';
import type { BridgeStatus } from '../../src/operator/types.ts';
import { text } from '../../src/support/text.ts';
import { certificateFile } from '../support/certificates.ts';
import type { ConfigFile } from '../support/daemon.ts';
import { notice, tagged } from '../support/events.ts';
import { eventually } from '../support/eventually.ts';
import { FakeWebSocketServer } from '../support/fake-web-socket-server.ts';
import { freePort } from '../support/free-port.ts';
import { failOnLeaks } from '../support/leaks.ts';
import { reportByHttp } from '../support/report-by-http.ts';
import { isEvent } from '../support/reports.ts';
import { BridgeUnderTest } from './bridge-under-test.ts';

failOnLeaks();

const SENTENCE = text`There are no dead letters.`;

/** The status without values of clocks and counters. */
function lasting({ servers, bots: _bots, log: _log, calls: _calls, ...status }: BridgeStatus): unknown {
  return {
    ...status,
    servers: servers.map(({ name, protocol, url, enabled, paused, links }) => {
      const waiting = links.map(({ selfId, queuedEvents }) => [selfId, queuedEvents]);
      return { name, protocol, url, enabled, paused, waiting };
    }),
  };
}

class Failure extends Error {}

function failAt(step: string, when: 'before' | 'after'): StepWatcher {
  return (at, atWhen) => {
    if (at === step && atWhen === when) throw new Failure(`made to fail ${when} ${step}`);
  };
}

test('whichever step of a reload fails, the old config is in force, nothing is lost, and the next reload works', async (t) => {
  const same = await FakeWebSocketServer.start(t);
  const web = await FakeWebSocketServer.start(t);
  await web.stop();
  const [port, adminPort, otherAdminPort, wire, dead] = [
    await freePort(),
    await freePort(),
    await freePort(),
    await freePort(),
    await freePort(),
  ];
  const base = (dir: string) => ({
    host: '127.0.0.1',
    port,
    access_token: 'old-token',
    log: { file: join(dir, 'logs', 'old.log') },
    admin: { port: adminPort, token: 'old-admin' },
    server_list: {
      same: { host: '127.0.0.1', port: same.port },
      web: { host: '127.0.0.1', port: web.port },
      hook: { protocol: 'http', host: '127.0.0.1', port: dead, concurrency: 1 },
      gone: { host: '127.0.0.1', port: wire },
      later: { protocol: 'http', host: '127.0.0.1', port: wire },
    },
  });
  const changed = (dir: string): ConfigFile => ({
    ...base(dir),
    access_token: 'new-token',
    tls: { cert: certificateFile('first.pem'), key: certificateFile('first.key') },
    language: 'zh',
    rate_limit: { per_bot: '20/10s' },
    bots: { dialled: { url: `ws://127.0.0.1:${wire}` } },
    log: { file: join(dir, 'logs', 'new.log'), level: 'debug' },
    admin: { port: otherAdminPort, token: 'new-admin' },
    server_list: {
      same: { host: '127.0.0.1', port: same.port, heartbeat: false },
      moved: { host: '127.0.0.1', port: web.port },
      hook: { protocol: 'listen', access_token: 'hook-token' },
      later: { host: '127.0.0.1', port: wire },
      added: { protocol: 'http', host: '127.0.0.1', port: wire },
    },
  });
  let home = '';
  const under = await BridgeUnderTest.start(t, (dir) => {
    home = dir;
    return base(dir);
  });
  const { bridge } = under;
  const events: string[] = [];
  const report = async (token: string, scheme = 'http') => {
    const event = notice();
    const { status } = await reportByHttp({ url: `${scheme}://127.0.0.1:${port}/`, body: event, token });
    if (status === 204) events.push(event);
    return status;
  };
  for (let n = 0; n < 4; n += 1) assert.equal(await report('old-token'), 204);
  const link = await same.nextLink();
  bridge.pause('web');
  await eventually(() => assert.equal(link.frames.all.filter(isEvent).length, events.length));
  const letters = () => bridge.deadLetters().map(({ server }) => server);
  const shown = bridge.shownConfig();
  const steps: string[] = [];
  under.config = changed(home);

  const seen = new Set<string>();
  under.watch = (step) => {
    seen.add(step);
    if (step === 'config in force') throw new Failure('to learn the steps');
  };
  assert.equal((await bridge.reload()).kind, 'refused');
  steps.push(...seen);
  assert.ok(steps.length > 10);

  for (const step of steps) {
    for (const when of ['before', 'after'] as const) {
      const label = `${when} ${step}`;
      const before = lasting(bridge.status());
      under.watch = failAt(step, when);
      const outcome = await bridge.reload();
      assert.deepEqual(outcome, { kind: 'refused', faults: [`made to fail ${label}`] });
      await eventually(() => assert.deepEqual(lasting(bridge.status()), before, label));
      assert.equal(bridge.shownConfig(), shown, label);
      assert.equal(under.voice.speak(SENTENCE), 'There are no dead letters.', label);
      assert.equal(bridge.debugEnabled(), false, label);
      assert.deepEqual(letters(), [], label);
      assert.equal(await report('new-token'), 403, label);
      assert.equal(await report('old-token'), 204, label);
      const admin = await fetch(`http://127.0.0.1:${adminPort}/api/status`, {
        headers: { Authorization: 'Bearer old-admin', Connection: 'close' },
      });
      assert.equal(admin.status, 200, label);
      await admin.arrayBuffer();
      await eventually(() => assert.equal(link.frames.all.filter(isEvent).length, events.length, label));
      assert.equal(same.upgrades.all.length, 1, label);
    }
  }

  under.watch = () => {};
  const { tls: _tls, ...plain } = changed(home);
  under.config = plain;
  const outcome = await bridge.reload();
  assert.equal(outcome.kind, 'applied');
  assert.equal(under.voice.speak(SENTENCE), '没有死信。');
  const server = (name: string) => bridge.status().servers.find((each) => each.name === name) ?? assert.fail(name);
  assert.deepEqual([server('moved').paused, server('same').paused], [true, false]);
  const waiting = (name: string) => server(name).links.reduce((sum, { queuedEvents }) => sum + queuedEvents, 0);
  for (const name of ['moved', 'hook', 'later']) assert.equal(waiting(name), events.length, name);
  await web.listen();
  bridge.resume('moved');
  bridge.reconnect('moved');
  const moved = await web.nextLink();
  await eventually(() => assert.equal(moved.frames.all.filter(isEvent).length, events.length));
  const wanted = events.map((event) => tagged(event, 'moved'));
  assert.deepEqual(moved.frames.all.filter(isEvent), wanted);
});
