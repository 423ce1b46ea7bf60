import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startDaemon } from '../support/daemon.ts';
import { groupMessage, tagged } from '../support/events.ts';
import { FakeHttpServer } from '../support/fake-http-server.ts';
import type { FakeServerLink } from '../support/fake-server-link.ts';
import { FakeWebSocketServer } from '../support/fake-web-socket-server.ts';
import { freePort } from '../support/free-port.ts';
import { failOnLeaks } from '../support/leaks.ts';

failOnLeaks();

/** The waits between two tries grow up to 30 s. */
const PATIENT = { deadlineMs: 45_000 };

test('servers that fail hold up nobody, and come back', async (t) => {
  const names = ['steady', 'refusing', 'cutting', 'closing', 'hanging', 'away', 'stalling'] as const;
  const servers = new Map<string, FakeWebSocketServer>();
  for (const name of names) servers.set(name, await FakeWebSocketServer.start(t));
  const named = (name: (typeof names)[number]): FakeWebSocketServer => servers.get(name) as FakeWebSocketServer;
  const mute = await FakeHttpServer.start(t);
  mute.reply = () => 'hang';
  const entries = [...servers].map(([name, { port }]) => [name, { host: '127.0.0.1', port }] as const);
  const daemon = await startDaemon(t, {
    config: {
      server_list: {
        dead: { host: '127.0.0.1', port: await freePort() },
        dead_http: { protocol: 'http', host: '127.0.0.1', port: await freePort() },
        mute: { protocol: 'http', host: '127.0.0.1', port: mute.port },
        ...Object.fromEntries(entries),
      },
    },
  });

  named('refusing').policy = 401;
  named('hanging').policy = 'hang';
  const bot = await daemon.connectBot(t);
  const steady = await named('steady').nextLink();

  /** An event passes on that link; what was held for it may come before. */
  const assertEvent = async (link: FakeServerLink, name: string): Promise<void> => {
    const event = groupMessage();
    bot.send(event);
    await link.frames.take((frame) => frame === tagged(event, name));
  };
  const assertFlow = async (): Promise<void> => {
    await assertEvent(steady, 'steady');
    await steady.call('get_status', {}, '1');
  };

  await t.test('a failed link is tried again, and begins with the lifecycle frame', async () => {
    const [cut, closed] = [await named('cutting').nextLink(), await named('closing').nextLink()];
    await assertEvent(cut, 'cutting');
    await assertEvent(closed, 'closing');
    cut.drop();
    closed.close(1000);
    await named('away').nextLink();
    await named('away').stop();
    await named('refusing').upgrades.take();
    named('refusing').policy = 500;
    await named('refusing').upgrades.take();
    named('refusing').policy = 'accept';
    await assertFlow();
    await named('away').listen();
    for (const name of ['refusing', 'cutting', 'closing', 'away'] as const) {
      const link = await named(name).nextLink('10001', PATIENT);
      assert.match(await link.frames.take(), /"lifecycle"/);
      assert.match(link.frames.all[0] ?? '', /"lifecycle"/);
      await assertEvent(link, name);
    }
    await assertFlow();
  });

  await t.test('reconnect waits for the end of the old link, then dials at once', async () => {
    const old = named('closing').links.all.at(-1);
    assert.ok(old?.isOpen);
    old.stopReading();
    named('closing').upgrades.drain();
    daemon.type('reconnect closing');
    for (let n = 0; n < 10; n++) await assertFlow();
    assert.deepEqual(named('closing').upgrades.drain(), [], 'it dialled before the old link was closed');
    old.resumeReading();
    await named('closing').nextLink();
    await old.closed();
  });

  await t.test('reconnect ends a handshake that hangs', async () => {
    await named('hanging').upgrades.take();
    named('hanging').policy = 'accept';
    daemon.type('reconnect hanging');
    await assertEvent(await named('hanging').nextLink(), 'hanging');
  });

  await t.test('a server that reads nothing costs only itself', async () => {
    const stalled = await named('stalling').nextLink();
    stalled.stopReading();
    const text = '长'.repeat(30_000);
    for (let n = 0; n < 12; n++) {
      const events = Array.from({ length: 50 }, () => groupMessage({ text }));
      for (const event of events) bot.send(event);
      for (const event of events) await steady.frames.take((frame) => frame === tagged(event, 'steady'));
    }
    await steady.call('get_status', {}, '1');
    // 110 MB of events have passed; what is kept for those that are away is bounded.
    assert.ok((await daemon.memoryBytes()) < 400 * 2 ** 20, `${await daemon.memoryBytes()} bytes`);
    stalled.drop();
    await assertEvent(await named('stalling').nextLink('10001', PATIENT), 'stalling');
  });

  await t.test('two links of one pair were never open at once', () => {
    for (const [name, { upgrades }] of servers) {
      assert.ok(
        upgrades.all.every(({ openOfSameBot }) => openOfSameBot === 0),
        name,
      );
    }
    assert.equal(named('steady').links.all.length, 1);
  });
});
