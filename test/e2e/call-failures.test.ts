import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { startDaemon } from '../support/daemon.ts';
import { groupMessage } from '../support/events.ts';
import { okAnswer } from '../support/fake-bot.ts';
import type { FakeServerLink } from '../support/fake-server-link.ts';
import { FakeWebSocketServer } from '../support/fake-web-socket-server.ts';
import { assertEcho } from '../support/json-echo.ts';
import { failOnLeaks } from '../support/leaks.ts';

failOnLeaks();

/** Sends `frame` and holds its one answer to be a failure with `retcode` that says why. */
async function assertFails(link: FakeServerLink, frame: string, retcode: number): Promise<string> {
  link.send(frame);
  return assertFailure(await link.nextAnswer(), retcode);
}

function assertFailure(answer: string, wanted: number): string {
  const { status, retcode, data, message } = JSON.parse(answer) as Record<string, unknown>;
  assert.deepEqual({ status, retcode, data }, { status: 'failed', retcode: wanted, data: null });
  assert.ok(typeof message === 'string' && message.length > 0, answer);
  return answer;
}

test('calls that fail', async (t) => {
  const server = await FakeWebSocketServer.start(t);
  const hasty = await FakeWebSocketServer.start(t);
  const daemon = await startDaemon(t, {
    config: {
      server_list: {
        server: { host: '127.0.0.1', port: server.port, call_timeout: '3s' },
        hasty: { host: '127.0.0.1', port: hasty.port, call_timeout: '300ms' },
      },
    },
  });
  let bot = await daemon.connectBot(t);
  const link = await server.nextLink();
  const hastyLink = await hasty.nextLink();

  await t.test('1400: a frame that is no sound call', async () => {
    for (const [frame, echo] of [
      ['{"params":{},"echo":1}', '1'],
      ['{"action":5,"params":{},"echo":{"seq":2}}', '{"seq":2}'],
      ['{"action":null,"echo":"3"}', '"3"'],
      ['{"action":"","echo":4}', '4'],
      ['{"action":["x"],"echo":[5]}', '[5]'],
    ] as const) {
      assertEcho(await assertFails(link, frame, 1400), echo);
    }
  });

  await t.test('1400: action or echo twice, or spelt with escapes, whatever a policy would say', async () => {
    bot.calls.drain();
    const frames = [
      '{"action":"get_status","action":"set_group_kick","echo":1}',
      '{"action":"get_status","echo":1,"echo":2}',
      '{"\\u0061ction":"get_status","echo":1}',
      '{"action":"get_status","\\u0061ction":"set_group_kick","echo":1}',
      '{"action":"get_status","\\u0065cho":1}',
      '{"action":"get_status","echo":1,"ech\\u006f":2}',
    ];
    for (const frame of frames) await assertFails(link, frame, 1400);
    await link.call('get_status', {}, '"after"');
    assert.equal(bot.calls.drain().length, 1);
  });

  await t.test('1504: the bot says nothing in time, and what it says later goes nowhere', async () => {
    bot.handler = () => [];
    const answer = await assertFails(hastyLink, '{"action":"send_msg","params":{},"echo":{"seq":1}}', 1504);
    assertEcho(answer, '{"seq":1}');
    const late = bot.calls.all.at(-1);
    bot.send(okAnswer(late?.echo));
    bot.handler = ({ echo }) => [okAnswer(echo)];
    await hastyLink.call('get_status', {}, '"after"');
    assert.deepEqual(
      hastyLink.frames.drain().filter((raw) => raw.includes('retcode')),
      [],
    );
  });

  await t.test('1504: a call without an echo times out without one', async () => {
    bot.handler = () => [];
    const answer = await assertFails(hastyLink, '{"action":"send_msg","params":{}}', 1504);
    assert.ok(!('echo' in (JSON.parse(answer) as object)), answer);
    bot.handler = ({ echo }) => [okAnswer(echo)];
  });

  await t.test('the time of a streaming action counts from its last frame', async () => {
    bot.calls.drain();
    bot.handler = () => [];
    link.send('{"action":"download_file_stream","params":{},"echo":1}');
    const { echo } = await bot.calls.take();
    for (let n = 0; n < 2; n++) {
      await delay(1_800); // Twice that is more than the 3 s a call may take.
      bot.send(okAnswer(echo, { type: 'stream', n }));
      assert.match(await link.nextAnswer(), /"type":"stream"/);
    }
    bot.send(okAnswer(echo, { type: 'response' }));
    assert.match(await link.nextAnswer(), /"type":"response"/);
  });

  await t.test('1503: the bot goes while calls are under way', async () => {
    bot.calls.drain();
    bot.handler = () => [];
    for (let n = 1; n <= 3; n++) link.send(`{"action":"send_msg","params":{},"echo":${n}}`);
    for (let n = 1; n <= 3; n++) await bot.calls.take();
    bot.drop();
    const echoes = new Set<unknown>();
    for (let n = 1; n <= 3; n++) {
      echoes.add((JSON.parse(assertFailure(await link.nextAnswer(), 1503)) as { echo: unknown }).echo);
    }
    assert.deepEqual(echoes, new Set([1, 2, 3]));
  });

  await t.test('1503: the bot is away, its link is still up', async () => {
    assertEcho(await assertFails(link, '{"action":"send_msg","params":{},"echo":{"seq":4}}', 1503), '{"seq":4}');
  });

  await t.test('after its return calls and events pass on the same link', async () => {
    bot = await daemon.connectBot(t);
    const event = groupMessage();
    bot.send(event);
    assert.ok((await link.nextEvent()).startsWith(event.slice(0, -1)));
    assertEcho(await link.call('get_status', {}, '5'), '5');
    assert.equal(server.links.all.length, 1);
  });

  await t.test('1503: a newer session takes the place of the one that has calls under way', async () => {
    bot.handler = () => [];
    link.send('{"action":"send_msg","params":{},"echo":6}');
    await bot.calls.take(({ action }) => action === 'send_msg');
    const newer = await daemon.connectBot(t);
    assertEcho(assertFailure(await link.nextAnswer(), 1503), '6');
    assertEcho(await link.call('get_status', {}, '7'), '7');
    assert.equal(newer.calls.all.length, 1);
  });
});
