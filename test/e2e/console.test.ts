import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { test } from 'node:test';
import { type ConfigFile, startDaemon } from '../support/daemon.ts';
import { groupMessage, tagged } from '../support/events.ts';
import { FakeHttpServer } from '../support/fake-http-server.ts';
import { FakeWebSocketServer } from '../support/fake-web-socket-server.ts';
import { failOnLeaks } from '../support/leaks.ts';

failOnLeaks();

test('the console, with lines piped in', async (t) => {
  const survival = await FakeWebSocketServer.start(t);
  const daemon = await startDaemon(t, {
    config: { server_list: { survival: { host: '127.0.0.1', port: survival.port } } },
  });
  await daemon.connectBot(t);
  await survival.nextLink();

  /** What a line prints, up to the answer to a `version` typed after it. */
  const printed = async (line: string): Promise<string[]> => {
    daemon.output.drain();
    const from = daemon.output.all.length;
    daemon.type(line);
    await daemon.command('version', /^QQBridge \d\S*, Node/);
    return daemon.output.all.slice(from, -1).filter((text) => !/^\[/.test(text));
  };

  await t.test('help lists every command', async () => {
    const help = (await printed('help')).join('\n');
    for (const command of [
      'help',
      'stop',
      'reload config',
      'debug thread',
      'debug on',
      'status',
      'bots',
      'servers',
      'reconnect',
      'version',
    ]) {
      assert.ok(help.includes(command), `${command} is not in\n${help}`);
    }
  });

  await t.test('help may be followed by anything', async () => {
    assert.ok((await printed('help stop')).length > 0);
    assert.ok((await printed('help no such thing')).length > 0);
  });

  await t.test('status, bots, servers and debug thread show what runs', async () => {
    assert.ok((await printed('status')).length > 0);
    assert.match((await printed('bots')).join('\n'), /10001/);
    assert.match((await printed('servers')).join('\n'), /survival/);
    assert.match((await printed('debug thread')).join('\n'), /survival/);
  });

  await t.test('wrong or incomplete input gets one line of help', async () => {
    for (const line of [
      'reload',
      'debug',
      'debug maybe',
      'reload x',
      'nonsense',
      'reconnect',
      'reconnect nobody',
      'stopp',
      'constructor',
      '__proto__',
      '重载',
    ]) {
      assert.equal((await printed(line)).length, 1, line);
    }
  });

  await t.test('case and spaces do not matter', async () => {
    assert.match((await printed('   BOTS  ')).join('\n'), /10001/);
    assert.match((await printed('Debug   Thread')).join('\n'), /survival/);
  });

  await t.test('blank lines are passed over', async () => {
    for (const line of ['', '   ', '\t', '\r']) assert.deepEqual(await printed(line), []);
  });

  await t.test('junk costs nothing but a line', async () => {
    for (const line of ['\u0000\u0001\u001b[2J', '\ufffd\ud83d', 'x'.repeat(2 ** 20), 'reconnect '.repeat(10_000)]) {
      const lines = await printed(line);
      assert.ok(lines.length <= 1 && lines.join().length < 2_000, JSON.stringify(lines).slice(0, 500));
      assert.ok(!lines.join().includes('\u001b[2J'));
    }
  });

  await t.test('debug on and off change what the log shows', async () => {
    await printed('debug on');
    const bot = await daemon.connectBot(t, { selfId: '10009' });
    bot.send(groupMessage({ selfId: 10009 }));
    await daemon.says(/\[DEBUG\]/);
    await printed('debug off');
  });

  await t.test('the end of input stops nothing', async () => {
    daemon.endInput();
    const bot = await daemon.connectBot(t, { selfId: '10010' });
    const link = await survival.nextLink('10010');
    await link.frames.take();
    const event = groupMessage({ selfId: 10010 });
    bot.send(event);
    assert.equal(await link.nextEvent(), tagged(event, 'survival'));
  });
});

test('reload config', async (t) => {
  const [stays, goes, comes] = await Promise.all([1, 2, 3].map(() => FakeWebSocketServer.start(t)));
  assert.ok(stays !== undefined && goes !== undefined && comes !== undefined);
  const hook = await FakeHttpServer.start(t);
  const entry = ({ port }: { port: number }, more: ConfigFile = {}): ConfigFile => ({
    host: '127.0.0.1',
    port,
    ...more,
  });
  const daemon = await startDaemon(t, { config: { server_list: { stays: entry(stays), goes: entry(goes) } } });
  const bot = await daemon.connectBot(t);
  const stayingLink = await stays.nextLink();
  let goingLink = await goes.nextLink();

  const assertFlow = async (): Promise<void> => {
    const event = groupMessage();
    bot.send(event);
    assert.equal(await stayingLink.nextEvent(), tagged(event, 'stays'));
    await stayingLink.call('get_status', {}, '1');
  };

  await t.test('a faulty file changes nothing and is told why', async () => {
    for (const [text, why] of [
      ['server_list: [', /config\.yml/],
      ['- a\n- b\n', /config\.yml|mapping|list|fault/i],
      [`{"host":"127.0.0.1","port":${daemon.port},"server_list":{"stays":{"port":"x"}}}`, /server_list\.stays\.port/],
      [`{"host":"127.0.0.1","port":${daemon.port},"sever_list":{}}`, /sever_list/],
    ] as const) {
      await writeFile(daemon.home.configFile, text);
      daemon.output.drain();
      await daemon.command('reload config', why);
      await assertFlow();
    }
    assert.equal(stays.upgrades.all.length, 1);
    assert.equal(goes.upgrades.all.length, 1);
  });

  await t.test('servers come and go; a link that is the same stays', async () => {
    await daemon.writeConfig({
      server_list: { stays: entry(stays), comes: entry(comes), hook: entry(hook, { protocol: 'http' }) },
    });
    daemon.type('reload config');
    const link = await comes.nextLink();
    await link.frames.take();
    const { code } = await goingLink.closed();
    assert.ok(code === 1000 || code === 1001, `closed with ${code}`);
    const event = groupMessage();
    bot.send(event);
    assert.equal(await link.nextEvent(), tagged(event, 'comes'));
    assert.equal((await hook.nextEvent()).body, tagged(event, 'hook'));
    await stayingLink.nextEvent();
    assert.deepEqual([stays.upgrades.all.length, goes.upgrades.all.length], [1, 1]);
  });

  await t.test('a server that changed is dialled anew, the others are not', async () => {
    await daemon.writeConfig({
      server_list: { stays: entry(stays), comes: entry(comes, { access_token: 'new' }), goes: entry(goes) },
    });
    daemon.type('reload config');
    const link = await comes.nextLink();
    assert.equal(link.headers['authorization'], 'Bearer new');
    goingLink = await goes.nextLink();
    await assertFlow();
    assert.equal(stays.upgrades.all.length, 1);
  });

  await t.test('an answer that is under way over a reload arrives', async () => {
    const ok = bot.handler;
    bot.handler = () => [];
    stayingLink.send('{"action":"send_msg","params":{},"echo":"over a reload"}');
    const call = await bot.calls.take(({ action }) => action === 'send_msg');
    await daemon.writeConfig({ server_list: { stays: entry(stays), goes: entry(goes) } });
    await daemon.command('reload config', /comes/);
    bot.send(`{"status":"ok","retcode":0,"data":null,"echo":${JSON.stringify(call.echo)}}`);
    await stayingLink.nextAnswer((answer) => answer.includes('over a reload'));
    bot.handler = ok;
  });

  await t.test('a disabled server gets nothing until it is enabled again', async () => {
    await daemon.writeConfig({ server_list: { stays: entry(stays), goes: entry(goes, { enabled: false }) } });
    daemon.type('reload config');
    await goingLink.closed();
    await assertFlow();
    await daemon.writeConfig({ server_list: { stays: entry(stays), goes: entry(goes) } });
    daemon.type('reload config');
    goingLink = await goes.nextLink();
  });

  await t.test('a changed port is said to need a restart', async () => {
    await daemon.writeConfig({ port: daemon.port + 1, server_list: { stays: entry(stays), goes: entry(goes) } });
    await daemon.command('reload config', /\bport\b.*restart|restart.*\bport\b/i);
    await assertFlow();
    await daemon.writeConfig({ server_list: { stays: entry(stays), goes: entry(goes) } });
  });

  await t.test('a changed token holds for the next bot', async () => {
    await daemon.writeConfig({ access_token: 'new', server_list: { stays: entry(stays), goes: entry(goes) } });
    daemon.type('reload config');
    await daemon.says(/access_token/);
    assert.equal((await daemon.report(groupMessage())).status, 401);
    await assertFlow();
  });

  await t.test('SIGHUP reloads too', async () => {
    await daemon.writeConfig({ server_list: { stays: entry(stays) } });
    daemon.signal('SIGHUP');
    await goingLink.closed();
    await assertFlow();
    assert.equal(stays.upgrades.all.length, 1);
  });
});
