import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startDaemon } from '../support/daemon.ts';
import { dialIn } from '../support/dial-in.ts';
import { groupMessage } from '../support/events.ts';
import { FakeHttpServer } from '../support/fake-http-server.ts';
import { failOnLeaks } from '../support/leaks.ts';
import { reportByHttp } from '../support/report-by-http.ts';

failOnLeaks();

const POLICIES: readonly (readonly [string, Record<string, unknown>, Record<string, unknown>])[] = [
  ['actions', { actions: { deny: ['set_*'] } }, {}],
  ['bots', { bots: ['10001'] }, {}],
  ['rate_limit', {}, { rate_limit: { per_bot: '100/1s' } }],
];

for (const [name, ofServer, ofAll] of POLICIES) {
  test(`where ${name} holds, no call passes it by another casing, whichever way it comes`, async (t) => {
    const app = { protocol: 'listen', access_token: 'of-app', ...ofServer };
    const daemon = await startDaemon(t, { config: { server_list: { app }, ...ofAll } });
    const bot = await daemon.connectBot(t);
    const link = await dialIn(t, { url: `${daemon.wsUrl}/api`, token: 'of-app' });
    const ask = async (frame: string): Promise<number> => {
      link.send(frame);
      return JSON.parse(await link.frames.take()).retcode;
    };
    assert.equal(await ask('{"action":"get_x","Action":"set_group_ban","echo":1}'), 1400);
    assert.equal(await ask('{"action":"get_x","params":{"Self_Id":10001},"echo":1}'), 1400);
    const post = async (path: string, body: string, type = 'application/json'): Promise<number> => {
      const headers = { 'Content-Type': type };
      const answer = await reportByHttp({
        url: `${daemon.httpUrl}${path}`,
        selfId: null,
        token: 'of-app',
        body,
        headers,
      });
      return JSON.parse(answer.body).retcode;
    };
    const form = 'application/x-www-form-urlencoded';
    assert.equal(await post('/send_group_msg', '{"group_id":1,"GROUP_ID":2,"message":"a"}'), 1400);
    assert.equal(await post('/send_group_msg', 'group_id=1&Group_Id=2&message=a', form), 1400);
    assert.equal(await post('/send_group_msg?Group_Id=2', '{"group_id":1,"message":"a"}'), 1400);
    assert.equal(
      await post('/.handle_quick_operation', '{"context":{"message_type":"group"},"operation":{"Kick":true}}'),
      1400,
    );
    assert.equal(await post('/get_status', '{}'), 0);
    assert.equal((await bot.calls.take()).action, 'get_status');
  });
}

test('where no policy holds a call goes to its bot as it was written', async (t) => {
  const daemon = await startDaemon(t, { config: { server_list: { app: { protocol: 'listen' } } } });
  const bot = await daemon.connectBot(t);
  const link = await dialIn(t, { url: `${daemon.wsUrl}/api` });
  link.send('{"action":"get_x","Action":"get_y","echo":1}');
  assert.match((await bot.calls.take()).raw, /^\{"action":"get_x","Action":"get_y","echo":/);
});

test('a quick operation in another casing is not carried out for a server with actions', async (t) => {
  const server = await FakeHttpServer.start(t);
  const strict = { protocol: 'http', port: server.port, actions: { deny: ['set_group_kick'] } };
  const daemon = await startDaemon(t, { config: { server_list: { strict } } });
  const bot = await daemon.connectBot(t);
  server.reply = () => ({ status: 200, body: '{"reply":"a","Kick":true}' });
  bot.send(groupMessage());
  await daemon.says(/a quick operation is denied.*kick stands in it twice, in another casing/);
  assert.equal(bot.calls.all.length, 0);
});
