import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startDaemon } from '../support/daemon.ts';
import { groupMessage, heartbeat, lifecycle, notice, privateMessage, tagged } from '../support/events.ts';
import { FakeHttpServer } from '../support/fake-http-server.ts';
import { FakeWebSocketServer } from '../support/fake-web-socket-server.ts';
import { failOnLeaks } from '../support/leaks.ts';
import { ADMIN, operate } from '../support/operate.ts';

failOnLeaks();

const at = (port: number) => ({ host: '127.0.0.1', port });

test('a server gets what its filter passes, and every lifecycle and heartbeat', async (t) => {
  const [picky, all] = [await FakeWebSocketServer.start(t), await FakeWebSocketServer.start(t)];
  const hook = await FakeHttpServer.start(t);
  const filter = { message_type: 'group', group_id: [1, '9007199254740993'], raw_message: { prefix: '!!' } };
  const servers = {
    picky: { ...at(picky.port), filter },
    hook: { ...at(hook.port), protocol: 'http', filter: { not: { post_type: 'message' } } },
    all: at(all.port),
  };
  const daemon = await startDaemon(t, { config: { admin: ADMIN, server_list: servers } });
  const bot = await daemon.connectBot(t);
  const [pickyLink, allLink] = [await picky.nextLink(), await all.nextLink()];
  for (const link of [pickyLink, allLink]) assert.match(await link.frames.take(), /"lifecycle"/);

  const events = {
    wanted: groupMessage({ groupId: '9007199254740993', text: '!!list' }),
    nearlyTheSameGroup: groupMessage({ groupId: '9007199254740992', text: '!!list' }),
    otherText: groupMessage({ groupId: 1, text: 'hello' }),
    privately: privateMessage({ text: '!!list' }),
    notice: notice(),
    heartbeat: heartbeat(),
    lifecycle: lifecycle({ subType: 'connect' }),
    last: groupMessage({ groupId: 1, text: '!!bye' }),
  };
  for (const event of Object.values(events)) bot.send(event);
  // Meta events are relayed at once, the others when they are in the log.
  for (const link of [pickyLink, allLink]) {
    const name = link === allLink ? 'all' : 'picky';
    for (const meta of [events.heartbeat, events.lifecycle])
      await link.frames.take((frame) => frame === tagged(meta, name));
  }
  const { heartbeat: _heartbeat, lifecycle: _lifecycle, ...queued } = events;
  for (const event of Object.values(queued)) assert.equal(await allLink.frames.take(), tagged(event, 'all'));
  for (const event of [events.wanted, events.last]) assert.equal(await pickyLink.frames.take(), tagged(event, 'picky'));
  await hook.posts.take(({ body }) => body === tagged(events.notice, 'hook'));
  assert.deepEqual(
    hook.posts.all.filter(({ body }) => body.includes('"message_type"')),
    [],
  );

  await t.test('a reload of the filter holds from the next event on, and leaves the link up', async () => {
    const changed = { ...servers, picky: { ...servers.picky, filter: { raw_message: { regex: '^(?i)hel+o$' } } } };
    await daemon.writeConfig({ admin: ADMIN, server_list: changed });
    assert.match(await operate(daemon, 'reload config'), /picky: filter changed/);
    const hello = groupMessage({ text: 'HELLO' });
    for (const event of [events.wanted, hello]) bot.send(event);
    assert.equal(await pickyLink.frames.take(), tagged(hello, 'picky'));
    assert.equal(picky.upgrades.all.length, 1);
  });
});
