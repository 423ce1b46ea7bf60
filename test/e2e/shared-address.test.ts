import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startDaemon } from '../support/daemon.ts';
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
