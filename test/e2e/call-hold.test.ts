import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startDaemon } from '../support/daemon.ts';
import { dialIn } from '../support/dial-in.ts';
import { FakeBot } from '../support/fake-bot.ts';
import { FakeWebSocketServer } from '../support/fake-web-socket-server.ts';
import { failOnLeaks } from '../support/leaks.ts';

failOnLeaks();

test('after a restart a call waits for its bot, by whatever way it came, and the bot answers it', async (t) => {
  const web = await FakeWebSocketServer.start(t);
  const daemon = await startDaemon(t, {
    config: {
      call_hold: '60s',
      server_list: { web: { port: web.port }, dialler: { protocol: 'listen', access_token: 'of-the-dialler' } },
    },
  });
  await daemon.connectBot(t);
  await web.nextLink();
  await daemon.stop();

  const next = await daemon.startAgain();
  const dialler = await dialIn(t, { url: `${next.wsUrl}/`, token: 'of-the-dialler' });
  dialler.send('{"action":"send_msg","params":{"from":"listen"},"echo":1}');
  const posted = fetch(`${next.httpUrl}/send_msg?from=http`);
  next.type('call send_msg {"from":"console"}');
  // Each call names no bot, so it means the only bot that is known.
  const bot = await FakeBot.connect(t, { url: `${next.wsUrl}/`, role: 'API' });
  const froms = new Set<unknown>();
  for (let call = 0; call < 3; call += 1) froms.add((await bot.calls.take()).params['from']);
  assert.deepEqual(froms, new Set(['listen', 'http', 'console']));
  assert.equal(JSON.parse(await dialler.nextAnswer()).retcode, 0);
  assert.equal(((await (await posted).json()) as { retcode: number }).retcode, 0);
  await next.says(/"retcode":0/);
});

test('a call on a link waits while its bot is away, and one that was sent before is answered 1503 at once', async (t) => {
  const web = await FakeWebSocketServer.start(t);
  const daemon = await startDaemon(t, { config: { call_hold: '60s', server_list: { web: { port: web.port } } } });
  const bot = await daemon.connectBot(t);
  bot.handler = () => undefined;
  const link = await web.nextLink();
  link.send('{"action":"send_msg","params":{"n":1},"echo":1}');
  await bot.calls.take();
  await bot.close();
  const failed = JSON.parse(await link.nextAnswer());
  assert.deepEqual([failed.retcode, failed.echo], [1503, 1]);

  for (const n of [2, 3]) link.send(`{"action":"send_msg","params":{"n":${n}},"echo":${n}}`);
  const back = await daemon.connectBot(t);
  for (const n of [2, 3]) assert.equal((await back.calls.take()).params['n'], n);
  for (const n of [2, 3]) assert.equal(JSON.parse(await link.nextAnswer()).echo, n);
});

test('a bot that nobody has ever seen is 1404 at once, and one that only reports by HTTP is 1503 at once', async (t) => {
  const daemon = await startDaemon(t, { config: { call_hold: '60s' } });
  const unknown = await fetch(`${daemon.httpUrl}/get_status?self_id=99`);
  assert.equal(unknown.status, 404);
  await daemon.report('{"post_type":"notice","self_id":10001}');
  const reporter = await fetch(`${daemon.httpUrl}/get_status`);
  assert.equal(((await reporter.json()) as { retcode: number }).retcode, 1503);
});

test('call_hold is taken up by a reload', async (t) => {
  const daemon = await startDaemon(t, { config: { call_hold: '60s' } });
  await (await daemon.connectBot(t)).close();
  await daemon.writeConfig({ call_hold: 0 });
  await daemon.command('reload config', /call_hold: changed/);
  const answer = await fetch(`${daemon.httpUrl}/get_status`);
  assert.equal(((await answer.json()) as { retcode: number }).retcode, 1503);
});
