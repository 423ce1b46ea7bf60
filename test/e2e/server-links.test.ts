import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startDaemon } from '../support/daemon.ts';
import { groupMessage, tagged } from '../support/events.ts';
import { FakeHttpServer } from '../support/fake-http-server.ts';
import { FakeWebSocketServer } from '../support/fake-web-socket-server.ts';
import { freePort } from '../support/free-port.ts';
import { failOnLeaks } from '../support/leaks.ts';

failOnLeaks();

test('servers that fail hold up nobody, and come back', async (t) => {
  const steady = await FakeWebSocketServer.start(t);
  const flaky = await FakeWebSocketServer.start(t);
  const mute = await FakeHttpServer.start(t);
  const daemon = await startDaemon(t, {
    config: {
      server_list: {
        dead: { host: '127.0.0.1', port: await freePort() },
        dead_http: { protocol: 'http', host: '127.0.0.1', port: await freePort() },
        mute: { protocol: 'http', host: '127.0.0.1', port: mute.port },
        flaky: { host: '127.0.0.1', port: flaky.port },
        steady: { host: '127.0.0.1', port: steady.port },
      },
    },
  });
  mute.reply = () => 'hang';
  flaky.policy = 401;
  const bot = await daemon.connectBot(t);
  const steadyLink = await steady.nextLink();

  /** An event passes, whatever the others do. */
  const assertFlow = async (): Promise<void> => {
    const event = groupMessage();
    bot.send(event);
    await steadyLink.frames.take((frame) => frame === tagged(event, 'steady'));
    await steadyLink.call('get_status', {}, '1');
  };

  await t.test('a refused handshake is tried again until it is accepted', async () => {
    for (let n = 0; n < 2; n++) await flaky.upgrades.take();
    await assertFlow();
    flaky.policy = 'accept';
    const link = await flaky.nextLink('10001', { deadlineMs: 20_000 });
    assert.match(await link.frames.take(), /"lifecycle"/);
    const event = groupMessage();
    bot.send(event);
    await link.frames.take((frame) => frame === tagged(event, 'flaky'));
  });

  await t.test('a cut link is opened again, with the lifecycle frame first', async () => {
    flaky.links.all.at(-1)?.drop();
    const link = await flaky.nextLink('10001', { deadlineMs: 20_000 });
    assert.match(await link.frames.take(), /"lifecycle"/);
    await assertFlow();
    await link.frames.take((frame) => frame.includes('"post_type":"message"'));
  });

  await t.test('a link that the server closes is opened again', async () => {
    flaky.links.all.at(-1)?.close(1000);
    await flaky.nextLink('10001', { deadlineMs: 20_000 });
    await assertFlow();
  });

  await t.test('reconnect waits for the end of the old link, then dials at once', async () => {
    const old = flaky.links.all.at(-1);
    assert.ok(old?.isOpen);
    flaky.upgrades.drain();
    old.stopReading();
    daemon.type('reconnect flaky');
    for (let n = 0; n < 10; n++) await assertFlow();
    assert.deepEqual(flaky.upgrades.drain(), [], 'it dialled before the old link was closed');
    old.resumeReading();
    await flaky.nextLink();
    await old.closed();
  });

  await t.test('reconnect ends a wait and a handshake that hangs', async () => {
    flaky.policy = 'hang';
    flaky.upgrades.drain();
    flaky.links.all.at(-1)?.drop();
    await flaky.upgrades.take(() => true, { deadlineMs: 20_000 });
    await assertFlow();
    flaky.policy = 'accept';
    daemon.type('reconnect flaky');
    await flaky.nextLink();
    await assertFlow();
  });

  await t.test('a server that stops listening and comes back gets events again', async () => {
    await flaky.stop();
    await assertFlow();
    await flaky.listen();
    const link = await flaky.nextLink('10001', { deadlineMs: 40_000 });
    const event = groupMessage();
    bot.send(event);
    await link.frames.take((frame) => frame === tagged(event, 'flaky'));
  });

  await t.test('a server that reads nothing costs only itself', async () => {
    const stalled = flaky.links.all.at(-1);
    stalled?.stopReading();
    const text = '长'.repeat(10_000);
    for (let n = 0; n < 1_500; n++) {
      const event = groupMessage({ text });
      bot.send(event);
      await steadyLink.frames.take((frame) => frame === tagged(event, 'steady'));
    }
    stalled?.drop();
    const link = await flaky.nextLink('10001', { deadlineMs: 40_000 });
    const event = groupMessage();
    bot.send(event);
    await link.frames.take((frame) => frame === tagged(event, 'flaky'), { deadlineMs: 40_000 });
  });

  await t.test('two links of one pair were never open at once', () => {
    for (const server of [steady, flaky]) {
      assert.ok(server.upgrades.all.every(({ openOfSameBot }) => openOfSameBot === 0));
    }
    assert.equal(steady.links.all.length, 1);
  });
});
