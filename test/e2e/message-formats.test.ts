import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startDaemon } from '../support/daemon.ts';
import { tagged } from '../support/events.ts';
import { FakeHttpServer } from '../support/fake-http-server.ts';
import { FakeWebSocketServer } from '../support/fake-web-socket-server.ts';
import { failOnLeaks } from '../support/leaks.ts';

failOnLeaks();

const MESSAGE = (message: string) =>
  `{"self_id":10001,"post_type":"message","message_id":9007199254740993,"message":${message},"raw_message":"[CQ:at,qq=1]\\u0020"}`;
const ARRAY = MESSAGE('[{"type":"at","data":{"qq":"1"}},{"type":"text","data":{"text":" "}}]');
const STRING = MESSAGE('"[CQ:at,qq=1] "');

test('each server gets messages in the form that it wants', async (t) => {
  const names = ['keep', 'string', 'array'] as const;
  const web = {
    keep: await FakeWebSocketServer.start(t),
    string: await FakeWebSocketServer.start(t),
    array: await FakeWebSocketServer.start(t),
  };
  const hook = await FakeHttpServer.start(t);
  const servers = {
    ...Object.fromEntries(names.map((name) => [name, { port: web[name].port, message_format: name }])),
    hook: { protocol: 'http', port: hook.port, message_format: 'string', tag: false },
  };
  const daemon = await startDaemon(t, { config: { server_list: servers } });
  const bot = await daemon.connectBot(t);
  const links = {
    keep: await web.keep.nextLink(),
    string: await web.string.nextLink(),
    array: await web.array.nextLink(),
  };
  for (const name of names) await links[name].frames.take();

  for (const event of [ARRAY, STRING]) {
    bot.send(event);
    assert.equal(await links.keep.frames.take(), tagged(event, 'keep'));
    assert.equal(await links.string.frames.take(), tagged(STRING, 'string'));
    assert.equal(await links.array.frames.take(), tagged(ARRAY, 'array'));
    await hook.posts.take(({ body }) => body === STRING);
  }
});
