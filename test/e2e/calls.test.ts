import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startDaemon } from '../support/daemon.ts';
import { type BotCall, okAnswer } from '../support/fake-bot.ts';
import { FakeWebSocketServer } from '../support/fake-web-socket-server.ts';
import { assertEcho } from '../support/json-echo.ts';
import { failOnLeaks } from '../support/leaks.ts';

failOnLeaks();

test('calls of servers', async (t) => {
  const servers = await Promise.all([1, 2, 3].map(() => FakeWebSocketServer.start(t)));
  const entries = servers.map(({ port }, i) => [`s${i + 1}`, { host: '127.0.0.1', port }]);
  const daemon = await startDaemon(t, { config: { server_list: Object.fromEntries(entries) } });
  const bot = await daemon.connectBot(t);
  const links = await Promise.all(servers.map((server) => server.nextLink()));
  const link = links[0] as (typeof links)[0];
  const ok = (call: BotCall): string[] => [okAnswer(call.echo)];

  await t.test('the echo comes back byte for byte, whatever JSON it is', async () => {
    const echoes = [
      '1',
      '0',
      '-1.0',
      '1e3',
      '9007199254740993',
      '""',
      '"1"',
      '"a,b:{}[]\\"\\\\"',
      '"\\u4f60\\n\\/好"',
      '{"seq": 1}',
      '{ "b":1,"a":[1, 2,{"x":null}] }',
      '[1,"2",[]]',
      'true',
      'false',
      'null',
    ];
    for (const echo of echoes) assertEcho(await link.call('get_status', {}, echo), echo);
  });

  await t.test('a call without an echo is answered without one', async () => {
    link.send('{"action":"get_status","params":{}}');
    const answer = await link.nextAnswer();
    assert.ok(!('echo' in (JSON.parse(answer) as object)), answer);
  });

  await t.test('the echo may stand anywhere in the frame', async () => {
    link.send('{"echo":{"n":[1,2]}, "params":{"echo":"inner","action":"inner"},"action":"get_status"}');
    assertEcho(await link.nextAnswer(), '{"n":[1,2]}');
  });

  await t.test('the bot sees the call as it was made, with an echo of the bridge', async () => {
    bot.calls.drain();
    const params =
      '{"group_id":9007199254740993, "message":[{"type":"text","data":{"text":"\\u4f60好"}}],"z":1e3,"a":1.0}';
    link.send(`{"action":"send_group_msg","params":${params},"future_field":[1],"echo":7}`);
    link.send('{"action":"get_status","echo":7}');
    await link.nextAnswer();
    await link.nextAnswer();
    const [first, second] = [await bot.calls.take(), await bot.calls.take()];
    assert.ok(first.raw.includes(params), first.raw);
    assert.ok(first.raw.includes('"future_field":[1]'), first.raw);
    assert.equal(typeof first.echo, 'string');
    assert.notEqual(first.echo, second.echo);
  });

  await t.test('the answer keeps its bytes', async () => {
    const data = '{"message_id":9007199254740993, "b":1e3,"a":"\\u4f60\\/好","echo":"inner"}';
    bot.handler = ({ echo }) => [okAnswer(echo, data)];
    const answer = await link.call('send_msg', {}, '{"seq":1}');
    assert.equal(answer, `{"status":"ok","retcode":0,"data":${data},"message":"","wording":"","echo":{"seq":1}}`);
    bot.handler = ok;
  });

  await t.test("a bot's own refusal is passed on as it is", async () => {
    bot.handler = ({ echo }) => [
      `{"status":"failed","retcode":1404,"data":null,"message":"不支持","echo":${JSON.stringify(echo)}}`,
    ];
    const answer = await link.call('no_such_action', {}, '"x"');
    assert.equal(answer, '{"status":"failed","retcode":1404,"data":null,"message":"不支持","echo":"x"}');
    bot.handler = ({ echo }) => [`{"status":"async","retcode":1,"data":null,"echo":${JSON.stringify(echo)}}`];
    assert.equal(await link.call('send_msg_async', {}, '1'), '{"status":"async","retcode":1,"data":null,"echo":1}');
    bot.handler = ok;
  });

  await t.test('equal echoes of three servers never mix', async () => {
    bot.handler = ({ echo, params }) => [okAnswer(echo, params)];
    const count = 100;
    for (let seq = 1; seq <= count; seq++) {
      for (const [i, each] of links.entries()) {
        each.send(`{"action":"send_msg","params":{"server":${i},"seq":${seq}},"echo":{"seq":${seq}}}`);
      }
    }
    for (const [i, each] of links.entries()) {
      for (let n = 1; n <= count; n++) {
        const { data, echo } = JSON.parse(await each.nextAnswer()) as { data: object; echo: { seq: number } };
        assert.deepEqual(data, { server: i, seq: echo.seq });
      }
    }
    bot.handler = ok;
  });

  await t.test('answers may come in any order', async () => {
    const held: BotCall[] = [];
    bot.handler = (call) => {
      held.push(call);
      return held.length < 5 ? [] : held.toReversed().map(({ echo, params }) => okAnswer(echo, params));
    };
    for (let n = 1; n <= 5; n++) link.send(`{"action":"send_msg","params":{"n":${n}},"echo":${n}}`);
    for (let n = 5; n >= 1; n--) {
      assert.deepEqual((JSON.parse(await link.nextAnswer()) as { data: unknown }).data, { n });
    }
    bot.handler = ok;
  });

  await t.test('all frames of a streaming action reach the caller, and nothing after the last', async () => {
    const frame = (call: BotCall, type: string, n: number): string =>
      okAnswer(call.echo, { type, n }).replace('"echo"', '"stream":"stream-action","echo"');
    for (const last of ['response', 'error']) {
      bot.handler = (call) => [
        frame(call, 'stream', 1),
        frame(call, 'reset', 2),
        frame(call, 'stream', 3),
        frame(call, last, 4),
        frame(call, 'stream', 5),
      ];
      link.send('{"action":"download_file_stream","params":{},"echo":{"seq":9}}');
      for (const [type, n] of [
        ['stream', 1],
        ['reset', 2],
        ['stream', 3],
        [last, 4],
      ]) {
        const answer = await link.nextAnswer();
        assert.deepEqual((JSON.parse(answer) as { data: unknown }).data, { type, n });
        assertEcho(answer, '{"seq":9}');
      }
      bot.handler = ok;
      assertEcho(await link.call('get_status', {}, '"after"'), '"after"');
      assert.deepEqual(
        link.frames.drain().filter((raw) => raw.includes('retcode')),
        [],
      );
    }
  });

  await t.test('a second answer to one call goes nowhere', async () => {
    bot.handler = ({ echo }) => [okAnswer(echo, '1'), okAnswer(echo, '2')];
    const first = await link.call('send_msg', {}, '1');
    assert.match(first, /"data":1,/);
    bot.handler = ok;
    await link.call('get_status', {}, '"after"');
    assert.deepEqual(
      link.frames.drain().filter((raw) => raw.includes('retcode')),
      [],
    );
  });

  await t.test('an answer that nobody asked for reaches nobody', async () => {
    for (const echo of ['{"seq":1}', '"1"', '1', 'null', '"qqbridge"']) {
      bot.send(`{"status":"ok","retcode":0,"data":null,"echo":${echo}}`);
    }
    bot.send('{"status":"ok","retcode":0,"data":null}');
    for (const each of links) await each.call('get_status', {}, '"after"');
    for (const each of links)
      assert.deepEqual(
        each.frames.drain().filter((raw) => raw.includes('retcode')),
        [],
      );
  });

  await t.test('a call of 5 MiB and an answer of 20 MiB pass', async () => {
    const image = 'A'.repeat(5 * 2 ** 20);
    bot.handler = ({ echo, params }) => [
      okAnswer(echo, { got: String(params['file']).length, back: 'B'.repeat(20 * 2 ** 20) }),
    ];
    const answer = await link.call('upload', { file: `base64://${image}` }, '1');
    const { data } = JSON.parse(answer) as { data: { got: number; back: string } };
    assert.deepEqual([data.got, data.back.length], [image.length + 9, 20 * 2 ** 20]);
    bot.handler = ok;
  });
});
