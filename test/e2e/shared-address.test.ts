import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startDaemon } from '../support/daemon.ts';
import { eventually } from '../support/eventually.ts';
import { FakeHttpServer } from '../support/fake-http-server.ts';
import type { FakeServerLink } from '../support/fake-server-link.ts';
import { FakeWebSocketServer } from '../support/fake-web-socket-server.ts';
import { failOnLeaks } from '../support/leaks.ts';

failOnLeaks();

test('when one of two servers with one address goes, the link of the other is dialled anew', async (t) => {
  const web = await FakeWebSocketServer.start(t);
  const [one, two] = [{ port: web.port }, { port: web.port, tag: false }];
  const daemon = await startDaemon(t, { config: { server_list: { one, two } } });
  await daemon.says(/WARN.*server_list.two.port: is the address of one too/);
  await daemon.connectBot(t);
  const links = [await web.nextLink(), await web.nextLink()];
  await daemon.writeConfig({ server_list: { two } });
  await daemon.command('reload config', /server one: removed/);
  for (const link of links) await link.closed();
  const anew = await web.nextLink();
  assert.match(await anew.frames.take(), /"lifecycle"/);
  assert.equal(anew.isOpen, true);
});

test('an application that forgets a bot when any link of it closes can answer after one of two servers has gone', async (t) => {
  const web = await FakeWebSocketServer.start(t);
  // Keeps bots as aiocqhttp does: by X-Self-ID alone, and the end of any link removes the bot.
  const bots = new Map<unknown, FakeServerLink>();
  web.prepare = (link) => {
    const selfId = link.headers['x-self-id'];
    bots.set(selfId, link);
    void link.closed({ deadlineMs: 60_000 }).then(() => bots.delete(selfId));
  };
  const [one, two] = [{ port: web.port }, { port: web.port, tag: false }];
  const daemon = await startDaemon(t, { config: { server_list: { one, two } } });
  await daemon.connectBot(t);
  const links = [await web.nextLink(), await web.nextLink()];
  await daemon.writeConfig({ server_list: { one } });
  await daemon.command('reload config', /server two: removed/);
  for (const link of links) await link.closed();
  await web.nextLink();
  const registered = bots.get('10001') ?? assert.fail('the bot is unknown');
  assert.match(await registered.call('get_status', {}, '1'), /"retcode":0/);
});

test('a reload dials at once what could not be reached', async (t) => {
  const web = await FakeWebSocketServer.start(t);
  await web.stop();
  const config = { server_list: { web: { port: web.port } } };
  const daemon = await startDaemon(t, { config });
  await daemon.connectBot(t);
  await daemon.says(/can not be connected/);
  await web.listen();
  await daemon.command('reload config', /as it was/);
  await web.nextLink();
});

test('a reload dials at once the bots that could not be reached, and asks their HTTP APIs', async (t) => {
  const [api, forward] = [await FakeHttpServer.start(t), await FakeWebSocketServer.start(t)];
  api.reply = () => 'reset';
  forward.policy = 500;
  const asked = { api_url: `http://127.0.0.1:${api.port}` };
  const dialled = { url: `ws://127.0.0.1:${forward.port}` };
  const daemon = await startDaemon(t, { config: { bots: { asked, dialled } } });
  for (const tries of [() => api.posts.all.length, () => forward.upgrades.all.length]) {
    await eventually(() => assert.ok(tries() > 0));
    // Without `reload` these tries would take minutes, since the waits grow.
    for (let n = 0; n < 8; n += 1) {
      const before = tries();
      await daemon.command('reload config', /as it was/);
      await eventually(() => assert.ok(tries() > before, `${before} tries`));
    }
  }
});
