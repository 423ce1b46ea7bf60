import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { startDaemon } from '../support/daemon.ts';
import { dialIn } from '../support/dial-in.ts';
import { groupMessage, tagged } from '../support/events.ts';
import { FakeHttpServer } from '../support/fake-http-server.ts';
import { FakeWebSocketServer } from '../support/fake-web-socket-server.ts';
import { failOnLeaks } from '../support/leaks.ts';
import { ADMIN, eventuallyThere, serverState, waitingEvents } from '../support/operate.ts';

failOnLeaks();

const message = (members: string) => `{"time":1,"self_id":10001,"post_type":"message",${members}}`;

describe('one event that can not be prepared or answered as others', { concurrency: 2 }, () => {
  test('a message that can not be converted goes out as it is, and what follows it too', async (t) => {
    const [array, plain, hook] = [
      await FakeWebSocketServer.start(t),
      await FakeWebSocketServer.start(t),
      await FakeHttpServer.start(t),
    ];
    const daemon = await startDaemon(t, {
      config: {
        admin: ADMIN,
        server_list: {
          array: { port: array.port, message_format: 'array' },
          plain: { port: plain.port },
          hook: { protocol: 'http', port: hook.port, message_format: 'array', concurrency: 1 },
        },
      },
    });
    const bot = await daemon.connectBot(t);
    const links = { array: await array.nextLink(), plain: await plain.nextLink() };
    const events = [
      message(`"message":${JSON.stringify('[CQ:a]'.repeat(1_000_000))}`),
      message(`"message":"[CQ:shake]","list":[${'1,'.repeat(1_999_994)}1]`),
      message('"message":[],"raw_message":""'),
    ];
    for (const event of events) {
      bot.send(event);
      // `equal` would print the megabytes when it fails.
      assert.ok((await links.array.nextEvent()) === tagged(event, 'array'));
      assert.ok((await links.plain.nextEvent()) === tagged(event, 'plain'));
      assert.ok((await hook.nextEvent()).body === tagged(event, 'hook'));
    }
    await daemon.says(/too large to be converted/);
    for (const name of ['array', 'plain', 'hook']) {
      await eventuallyThere(async () => assert.equal(await waitingEvents(daemon, name), 0));
      assert.equal((await serverState(daemon, name)).counts.dropped.dead, 0);
    }
  });

  test('a quick operation that with its event is too deep a call is lost alone', async (t) => {
    const hook = await FakeHttpServer.start(t);
    const daemon = await startDaemon(t, { config: { server_list: { hook: { protocol: 'http', port: hook.port } } } });
    const bot = await daemon.connectBot(t);
    const depth = 510;
    hook.reply = () => ({ status: 200, body: '{"reply":"hi"}' });
    bot.send(message(`"message":"a","deep":${'['.repeat(depth)}${']'.repeat(depth)}`));
    await hook.nextEvent();
    await daemon.says(/a quick operation is lost/);
    hook.reply = () => ({ status: 204 });
    const next = groupMessage();
    bot.send(next);
    assert.equal((await hook.nextEvent()).body, tagged(next, 'hook'));
  });
});

test('at debug level each event and each attempt is a line, alike for every protocol', async (t) => {
  const web = await FakeWebSocketServer.start(t);
  const hook = await FakeHttpServer.start(t);
  const daemon = await startDaemon(t, {
    config: {
      admin: ADMIN,
      debug_mode: true,
      server_list: {
        web: { port: web.port },
        hook: { protocol: 'http', port: hook.port },
        app: { protocol: 'listen', access_token: 'of-app' },
      },
    },
  });
  const application = await dialIn(t, { url: `${daemon.wsUrl}/`, token: 'of-app' });
  const bot = await daemon.connectBot(t);
  const link = await web.nextLink();
  const statuses = [500, 204];
  hook.reply = ({ body }) => ({ status: body.includes('"meta_event"') ? 204 : (statuses.shift() ?? 204) });
  bot.send(groupMessage());
  await Promise.all([link.nextEvent(), application.nextEvent(), hook.nextEvent()]);
  const came = await daemon.says(/an event came/);
  const sequence = /sequence=(\d+)/.exec(came)?.[1];
  const lines = { web: [1], app: [1], hook: [1, 2] };
  for (const [server, attempts] of Object.entries(lines)) {
    for (const attempt of attempts) {
      const line = await daemon.says(new RegExp(`an attempt to deliver an event.*server=${server}\\b`));
      const outcome = server === 'hook' && attempt === 1 ? 'retry' : 'delivered';
      for (const field of [`bot=10001`, `sequence=${sequence}`, `attempt=${attempt}`, `outcome=${outcome}`]) {
        assert.match(line, new RegExp(`\\b${field}\\b`));
      }
      assert.match(line, /\bms=\d+/);
    }
  }
});

test('tail NAME shows what that server is really sent', async (t) => {
  const web = await FakeWebSocketServer.start(t);
  const daemon = await startDaemon(t, {
    config: { server_list: { web: { port: web.port, message_format: 'string' } } },
  });
  const bot = await daemon.connectBot(t);
  const link = await web.nextLink();
  daemon.type('tail web');
  await daemon.says(/Following/);
  bot.send(message('"message":[{"type":"shake","data":{}}]'));
  const sent = await link.nextEvent();
  const line = await daemon.says(/10001 web \{/);
  assert.equal(line.slice(line.indexOf('{')), sent);
  assert.match(sent, /"message":"\[CQ:shake\]".*"server":"web"\}$/);
});
