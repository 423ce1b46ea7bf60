import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startDaemon } from '../support/daemon.ts';
import { friendRequest, groupMessage, notice } from '../support/events.ts';
import type { BotCall } from '../support/fake-bot.ts';
import { FakeHttpServer, type HttpReply } from '../support/fake-http-server.ts';
import { gate } from '../support/gate.ts';
import { failOnLeaks } from '../support/leaks.ts';

failOnLeaks();

const NOTHING: HttpReply = { status: 204 };

function json(body: string, status = 200): HttpReply {
  return { status, body, headers: { 'Content-Type': 'application/json' } };
}

test('quick operations of HTTP servers', async (t) => {
  const [first, second] = [await FakeHttpServer.start(t), await FakeHttpServer.start(t)];
  const daemon = await startDaemon(t, {
    config: {
      websocket: false,
      server_list: {
        first: { host: '127.0.0.1', port: first.port },
        second: { host: '127.0.0.1', port: second.port },
      },
    },
  });
  const reset = (): void => {
    first.reply = () => NOTHING;
    second.reply = () => NOTHING;
    first.posts.drain();
    second.posts.drain();
  };

  await t.test('nobody has one: the reporter gets 204 with an empty body', async () => {
    const answer = await daemon.report(groupMessage());
    assert.deepEqual([answer.status, answer.body], [204, '']);
    reset();
  });

  await t.test("one server's answer becomes the answer to the reporter's POST", async () => {
    for (const event of [groupMessage(), friendRequest()]) {
      const operation = event.includes('request_type')
        ? '{"approve":true,"remark":"小明"}'
        : '{"reply":"早","at_sender":false}';
      second.reply = () => json(operation);
      const { status, headers, body } = await daemon.report(event);
      assert.deepEqual([status, JSON.parse(body)], [200, JSON.parse(operation)]);
      assert.match(headers['content-type'] ?? '', /^application\/json/);
    }
    reset();
  });

  await t.test('the first of two answers counts, the other is named in the log', async () => {
    const held = gate();
    const event = groupMessage();
    first.reply = async () => {
      await held.opened;
      return json('{"reply":"late"}');
    };
    second.reply = () => json('{"reply":"early"}');
    const { status, body } = await daemon.report(event);
    assert.deepEqual([status, JSON.parse(body)], [200, { reply: 'early' }]);
    held.open();
    await daemon.says(/quick operation.*first|first.*quick operation/i);
    reset();
  });

  await t.test('a server that never answers costs the reporter its quick operation, not its answer', async () => {
    const held = gate();
    first.reply = async () => {
      await held.opened;
      return json('{"reply":"far too late"}');
    };
    const { status, body } = await daemon.report(groupMessage());
    assert.deepEqual([status, body], [204, '']);
    held.open();
    reset();
  });

  await t.test('a notice is answered without waiting for any server', async () => {
    const held = gate();
    first.reply = async () => {
      await held.opened;
      return NOTHING;
    };
    const { status } = await daemon.report(notice());
    assert.equal(status, 204);
    await first.nextEvent();
    held.open();
    reset();
  });

  await t.test('an answer that is no operation is none', async () => {
    for (const reply of [
      json('[]'),
      json('"text"'),
      json('{"reply":'),
      json('null'),
      json('{}'),
      json('{"reply":"not with this status"}', 500),
      json(''),
      { status: 200, body: 'OK' },
      'reset',
    ] as HttpReply[]) {
      first.reply = () => reply;
      const { status, body } = await daemon.report(groupMessage());
      assert.deepEqual([status, body], [204, ''], `for ${JSON.stringify(reply)}`);
    }
    reset();
  });

  await t.test('a bot on WebSocket is told each one by a call', async () => {
    const bot = await daemon.connectBot(t, { selfId: '10002' });
    first.reply = () => json('{"reply":"一","n":9007199254740993}');
    second.reply = () => json('{"reply":"二"}');
    const event = groupMessage({ selfId: 10002 });
    bot.send(event);
    const calls: BotCall[] = [await bot.calls.take(), await bot.calls.take()];
    for (const { action, params, raw } of calls) {
      assert.equal(action, '.handle_quick_operation');
      assert.ok(raw.includes('9007199254740993'), raw);
      const { context } = params as { context: { message_id: number; group_id: number } };
      const { message_id, group_id } = JSON.parse(event) as typeof context;
      assert.deepEqual([context.message_id, context.group_id], [message_id, group_id]);
    }
    const replies = calls.map(({ params }) => (params['operation'] as { reply: string }).reply);
    assert.deepEqual(replies.toSorted(), ['一', '二'].toSorted());
    reset();
  });
});
