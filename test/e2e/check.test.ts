import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Cleanup } from '../support/cleanup.ts';
import { runCommandLine } from '../support/command-line.ts';
import { type ConfigFile, startDaemon } from '../support/daemon.ts';
import { eventually } from '../support/eventually.ts';
import { FakeHttpServer } from '../support/fake-http-server.ts';
import { FakeWebSocketServer } from '../support/fake-web-socket-server.ts';
import { freePort } from '../support/free-port.ts';
import { failOnLeaks } from '../support/leaks.ts';
import { tempHome } from '../support/temp-home.ts';

failOnLeaks();

async function check(t: Cleanup, config: ConfigFile | string) {
  const home = await tempHome(t);
  await writeFile(home.configFile, typeof config === 'string' ? config : JSON.stringify(config));
  return await runCommandLine(t, ['check', '-c', home.configFile]);
}

test('check tells of each server and bot what is wrong, and what to change', async (t) => {
  const web = await FakeWebSocketServer.start(t);
  const strict = await FakeWebSocketServer.start(t);
  strict.policy = 403;
  const hook = await FakeHttpServer.start(t);
  const refusing = await FakeHttpServer.start(t);
  refusing.reply = () => ({ status: 401 });
  const api = await FakeHttpServer.start(t);
  api.reply = () => ({ status: 200, body: '{"status":"ok","retcode":0,"data":{"user_id":10002}}' });
  const closed = await freePort();
  const { status, output } = await check(t, {
    port: await freePort(),
    bots: {
      good: { api_url: `http://127.0.0.1:${api.port}` },
      other: { api_url: `http://127.0.0.1:${api.port}`, self_id: 5 },
      away: { url: `ws://127.0.0.1:${closed}/` },
    },
    server_list: {
      good: { port: web.port },
      strict: { port: strict.port, access_token: 'wrong' },
      away: { port: closed },
      hook: { protocol: 'http', port: hook.port },
      refusing: { protocol: 'http', port: refusing.port },
      app: { protocol: 'listen' },
      off: { port: closed, enabled: false },
    },
  });
  assert.equal(status, 1);
  for (const pattern of [
    /^ok +.*config\.yml has no faults$/m,
    /^ok +port: 127\.0\.0\.1:\d+ is free$/m,
    /^ok +bot good: .* is account 10002$/m,
    /^PROBLEM +bot other: .* is account 10002, not 5\n.*\n +-> correct self_id/m,
    /^PROBLEM +bot away: .*connection refused.*\n.*\n +-> start it, or correct host and port/m,
    /^ok +server good: .* takes the link$/m,
    /^PROBLEM +server strict: .*403.*\n.*\n +-> correct access_token/m,
    /^PROBLEM +server away: .*connection refused/m,
    /^ok +server hook: .* takes events \(204\)$/m,
    /^PROBLEM +server refusing: .* answers 401\n.*\n +-> set access_token/m,
    /^ok +server app: idle: dials in by itself/m,
    /^ok +server off: disabled: by the config$/m,
  ]) {
    assert.match(output, pattern);
  }
  assert.ok(
    web.upgrades.all.every(({ headers }) => headers['x-self-id'] === '1'),
    'no account is posed as',
  );
});

test('all well is exit status 0, a faulty file 2', async (t) => {
  const web = await FakeWebSocketServer.start(t);
  const well = await check(t, { port: await freePort(), server_list: { web: { port: web.port } } });
  assert.equal(well.status, 0, well.output);
  const faulty = await check(t, 'port: abc\nhots: x');
  assert.equal(faulty.status, 2);
  assert.match(faulty.output, /fault +.*:1: port: found "abc"[\s\S]*fault +.*:2: hots: found an unknown key/);
});

test('a port that is taken is a problem', async (t) => {
  const other = createServer().listen(0, '127.0.0.1');
  t.after(() => void other.close());
  await eventually(() => assert.ok(other.listening));
  const { port } = other.address() as AddressInfo;
  const { status, output } = await check(t, { port });
  assert.equal(status, 1);
  assert.match(output, /PROBLEM +port: .*in use[\s\S]*-> stop the other program/);
});

test('a daemon that runs is asked, and nothing is dialled', async (t) => {
  const web = await FakeWebSocketServer.start(t);
  const servers = { web: { port: web.port }, away: { port: await freePort() } };
  const daemon = await startDaemon(t, { config: { server_list: servers } });
  const run = () => runCommandLine(t, ['check', '-c', daemon.home.configFile]);
  const alone = await run();
  assert.equal(alone.status, 1);
  assert.match(
    alone.output,
    /PROBLEM +bots: none has come\n +-> Enter in your bot, as reverse WebSocket: ws:.*\n.*NapCat.*\n.*access_token.*\n.*by HTTP: http:/,
  );

  await daemon.connectBot(t);
  await web.nextLink();
  await daemon.says(/can not be connected/);
  const { status, output } = await run();
  assert.equal(status, 1);
  assert.match(
    output,
    /^ok +daemon: it runs, on http:[\s\S]*^ok +bot 10001: online$[\s\S]*^ok +server web: up: ws:.*$[\s\S]*^PROBLEM +server away: unreachable: .*connection refused.*\n +-> start it/m,
  );
  assert.equal(web.upgrades.all.length, 1);
});

test('check says why the data folder can not be there', async (t) => {
  const home = await tempHome(t);
  await writeFile(home.configFile, JSON.stringify({ port: await freePort(), admin: { enabled: false } }));
  await writeFile(join(home.dir, 'data'), '');
  const { status, output } = await runCommandLine(t, ['check', '-c', home.configFile]);
  assert.equal(status, 1);
  assert.match(output, /^PROBLEM +data: .*data can't be written: EEXIST.*\n +-> move the file away/m);
});
