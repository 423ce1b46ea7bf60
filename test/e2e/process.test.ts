import assert from 'node:assert/strict';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { type Daemon, launchDaemon, startDaemon } from '../support/daemon.ts';
import { groupMessage, tagged } from '../support/events.ts';
import { eventually } from '../support/eventually.ts';
import { FakeHttpServer } from '../support/fake-http-server.ts';
import { FakeWebSocketServer } from '../support/fake-web-socket-server.ts';
import { gate } from '../support/gate.ts';
import { failOnLeaks } from '../support/leaks.ts';
import { reportByHttp } from '../support/report-by-http.ts';

failOnLeaks();

const ORDERLY = [1000, 1001];

const onFreeAdminPort = (_port: number, adminPort: number): Record<string, string> => ({
  QQBRIDGE_ADMIN_PORT: String(adminPort),
});

test('a stop is orderly, however it is asked for', async (t) => {
  const ways: readonly (readonly [string, (daemon: Daemon) => void])[] = [
    ['stop', (daemon) => daemon.type('stop')],
    ['exit', (daemon) => daemon.type('exit')],
    ['__stop__', (daemon) => daemon.type('__stop__')],
    ['SIGINT', (daemon) => daemon.signal('SIGINT')],
    ['SIGTERM', (daemon) => daemon.signal('SIGTERM')],
    [
      'SIGTERM after the end of input',
      (daemon) => {
        daemon.endInput();
        daemon.signal('SIGTERM');
      },
    ],
  ];
  for (const [name, ask] of ways) {
    await t.test(name, async (t) => {
      const server = await FakeWebSocketServer.start(t);
      const daemon = await startDaemon(t, {
        config: { server_list: { s: { host: '127.0.0.1', port: server.port } } },
      });
      const bot = await daemon.connectBot(t);
      const link = await server.nextLink();
      ask(daemon);
      assert.deepEqual(await daemon.exited(), { status: 0, signal: null });
      assert.ok(ORDERLY.includes((await link.closed()).code), `the server saw ${(await link.closed()).code}`);
      assert.ok(ORDERLY.includes((await bot.closed()).code), `the bot saw ${(await bot.closed()).code}`);
    });
  }
});

test('a stop lets the POST that is under way come to its end', async (t) => {
  const server = await FakeHttpServer.start(t);
  const held = gate();
  let ended = false;
  server.reply = async ({ body }) => {
    if (!body.includes('held')) return { status: 204 };
    await held.opened;
    ended = true;
    return { status: 204 };
  };
  const daemon = await startDaemon(t, {
    config: { server_list: { s: { protocol: 'http', host: '127.0.0.1', port: server.port } } },
  });
  const bot = await daemon.connectBot(t);
  bot.send(groupMessage({ text: 'held' }));
  await server.nextEvent();
  daemon.signal('SIGTERM');
  await bot.closed();
  assert.ok(daemon.isRunning);
  held.open();
  assert.deepEqual(await daemon.exited(), { status: 0, signal: null });
  assert.ok(ended);
});

test('a second signal ends a stop that waits', async (t) => {
  const server = await FakeHttpServer.start(t);
  server.reply = ({ body }) => (body.includes('held') ? 'hang' : { status: 204 });
  const daemon = await startDaemon(t, {
    config: { server_list: { s: { protocol: 'http', host: '127.0.0.1', port: server.port } } },
  });
  const bot = await daemon.connectBot(t);
  bot.send(groupMessage({ text: 'held' }));
  await server.nextEvent();
  daemon.signal('SIGINT');
  await bot.closed();
  daemon.signal('SIGINT');
  const { status, signal } = await daemon.exited();
  assert.ok(status !== null || signal === 'SIGINT');
  daemon.expectExit(status ?? 0);
});

test('exit status 2: a faulty config, with all its faults at once', async (t) => {
  const daemon = await launchDaemon(t, {
    yaml: (port) =>
      `host: 127.0.0.1\nport: ${port}\nmax_payloads: 1\nserver_list:\n  a: { port: 99999 }\n  b: { host: x, port: 1, tag: 7 }\n`,
  });
  daemon.expectExit(2);
  assert.deepEqual(await daemon.exited(), { status: 2, signal: null });
  const output = daemon.output.all.join('\n');
  for (const fault of [/3.*max_payloads/, /max_payload\b/, /5.*server_list\.a\.port/, /6.*server_list\.b\.tag/]) {
    assert.match(output, fault);
  }
  assert.match(output, /config\.yml/);
});

test('exit status 2: what no config can be', async (t) => {
  const texts = [
    'a: [',
    'port: 1\nport: 2\n',
    '- 1\n',
    '"text"',
    '\u0000',
    'a: &a [*a]\n',
    'port: $'.concat('{NO_SUCH_NAME}\n'),
  ];
  await Promise.all(
    texts.map(async (yaml) => {
      const daemon = await launchDaemon(t, { yaml: () => yaml });
      daemon.expectExit(2);
      assert.equal((await daemon.exited()).status, 2, yaml);
      assert.ok(!daemon.output.all.some((line) => /^\s+at .*:\d+:\d+\)?$/.test(line)), daemon.output.all.join('\n'));
    }),
  );
});

test('exit status 2: a listener off loopback without a token, unless insecure is set', async (t) => {
  const refused = await launchDaemon(t, { config: { host: '0.0.0.0' } });
  refused.expectExit(2);
  assert.equal((await refused.exited()).status, 2);
});

test('exit status 2: wrong usage', async (t) => {
  for (const args of [['no-such-command'], ['run', '--no-such-option'], ['run', '-c'], ['run', 'a', 'b', 'c']]) {
    const daemon = await launchDaemon(t, { args });
    daemon.expectExit(2);
    assert.equal((await daemon.exited()).status, 2, args.join(' '));
    assert.ok(daemon.output.all.length > 0);
  }
});

test('exit status 1: the port is taken', async (t) => {
  const first = await startDaemon(t);
  const second = await launchDaemon(t, { config: { port: first.port } });
  second.expectExit(1);
  assert.deepEqual(await second.exited(), { status: 1, signal: null });
  assert.match(second.output.all.join('\n'), new RegExp(String(first.port)));
});

test("QQBridge.py's config file works unchanged", async (t) => {
  const [survival, creative] = [await FakeWebSocketServer.start(t), await FakeWebSocketServer.start(t)];
  const webSocket = await startDaemon(t, {
    env: onFreeAdminPort,
    yaml: (port) => `websocket: yes
host: 127.0.0.1
port: ${port}
server_list:
  survival:
    host: 127.0.0.1
    port: ${survival.port}
  creative:
    host: 127.0.0.1
    port: ${creative.port}
debug_mode: off
`,
  });
  const bot = await webSocket.connectBot(t, { url: `${webSocket.wsUrl}/ws/` });
  for (const [server, name] of [
    [survival, 'survival'],
    [creative, 'creative'],
  ] as const) {
    const link = await server.nextLink();
    await link.frames.take();
    const event = groupMessage();
    bot.send(event);
    await link.frames.take((frame) => frame === tagged(event, name));
  }

  const hook = await FakeHttpServer.start(t);
  const http = await startDaemon(t, {
    env: onFreeAdminPort,
    yaml: (port) =>
      `debug_mode: false\nwebsocket: false\nport: ${port}\nhost: 127.0.0.1\nserver_list: {1: {host: 127.0.0.1, port: ${hook.port}}}\n`,
  });
  const event = groupMessage();
  assert.equal((await http.report(event)).status, 204);
  assert.equal((await hook.nextEvent()).body, tagged(event, '1'));
});

test('a missing config file is written, with comments, and the first screen says what to enter', async (t) => {
  const daemon = await startDaemon(t, {
    writeConfig: false,
    env: (port, adminPort) => ({ QQBRIDGE_PORT: String(port), QQBRIDGE_ADMIN_PORT: String(adminPort) }),
  });
  const written = await readFile(daemon.home.configFile, 'utf8');
  assert.match(written, /^#/m);
  assert.match(written, /server_list/);
  await daemon.says(new RegExp(`ws://127\\.0\\.0\\.1:${daemon.port}`));
  await daemon.says(new RegExp(`http://127\\.0\\.0\\.1:${daemon.port}`));
});

test('health is told on the admin listener', async (t) => {
  const daemon = await startDaemon(t);
  for (const path of ['/healthz', '/readyz']) {
    const answer = await reportByHttp({ url: `${daemon.adminUrl}${path}`, method: 'GET', body: '', selfId: null });
    assert.equal(answer.status, 200, path);
  }
  const headers = { Origin: 'https://evil.example' };
  const foreign = await reportByHttp({ url: `${daemon.adminUrl}/healthz`, method: 'GET', body: '', headers });
  assert.equal(foreign.status, 403);
});

test('the log is kept beside the config, run by run, without secrets', async (t) => {
  const server = await FakeWebSocketServer.start(t);
  const daemon = await startDaemon(t, {
    prepare: async ({ dir }) => {
      await mkdir(join(dir, 'logs'));
      await writeFile(join(dir, 'logs', 'log.log'), 'of the last run\n');
    },
    config: {
      debug_mode: true,
      access_token: 'TOKEN-OF-BOTS',
      secret: 'SECRET-OF-BOTS',
      server_list: { s: { host: '127.0.0.1', port: server.port, access_token: 'TOKEN-OF-SERVER' } },
    },
  });
  const bot = await daemon.connectBot(t, { url: `${daemon.wsUrl}/?access_token=TOKEN-OF-BOTS` });
  const link = await server.nextLink();
  bot.send(groupMessage());
  await link.nextEvent();
  await daemon.report(groupMessage(), { token: 'TOKEN-OF-BOTS', headers: { 'X-Signature': 'sha1=SECRET-OF-BOTS' } });
  await daemon.stop();
  const logs = join(daemon.home.dir, 'logs');
  await eventually(async () => {
    const names = await readdir(logs);
    const kept = names.filter((name) => /^\d{4}-\d{2}-\d{2}-\d+\.log$/.test(name));
    assert.equal(kept.length, 1, names.join(' '));
    assert.equal(await readFile(join(logs, kept[0] ?? ''), 'utf8'), 'of the last run\n');
  });
  const log = await readFile(join(logs, 'log.log'), 'utf8');
  assert.match(log, /^\[\d\d:\d\d:\d\d\] \[INFO\] /m);
  for (const text of [log, daemon.output.all.join('\n')]) assert.doesNotMatch(text, /TOKEN-OF|SECRET-OF/);
});
