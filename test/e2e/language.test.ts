import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { runCommandLine } from '../support/command-line.ts';
import { startDaemon } from '../support/daemon.ts';
import { eventually } from '../support/eventually.ts';
import { freePort } from '../support/free-port.ts';
import { failOnLeaks } from '../support/leaks.ts';
import { ADMIN, operate } from '../support/operate.ts';
import { tempHome } from '../support/temp-home.ts';

failOnLeaks();

test('a daemon speaks the language of its config, and another one after a reload', async (t) => {
  const closed = await freePort();
  const server_list = { survival: { port: closed } };
  const daemon = await startDaemon(t, { config: { language: 'zh', admin: ADMIN, server_list } });
  await daemon.says(/\[INFO\] QQBridge \S+ 正在监听 /);
  await daemon.says(/\[INFO\] 输入 help 查看命令，输入 stop 停止/);

  await t.test('in its help, tables and answers', async () => {
    await daemon.command('help', /^pause NAME\s+暂停向服务器发送事件/);
    await daemon.command('status', /^QQBridge .*，运行中，已运行 \d+ 秒$/);
    await daemon.command('pause survival', /^survival 已暂停：/);
    await daemon.command('servers', /^服务器 +状态 +时长 +机器人 +积压 +协议 +已送达/);
    await daemon.command('paus survival', /您是想输入 pause 吗？/);
  });

  await t.test('in its log, with the values of a line as they are', async () => {
    await daemon.connectBot(t);
    await daemon.says(/\[INFO\] 机器人已连接 bot=10001 role=Universal/);
    const unreachable = /\[WARN\] 无法连接服务器，将继续尝试 .*reason=连接被拒绝：该地址没有程序在监听/;
    await daemon.says(unreachable);
    await eventually(async () =>
      (await readFile(join(daemon.home.dir, 'logs/log.log'), 'utf8')).includes('机器人已连接'),
    );
  });

  await t.test('over ctl, while programs read English', async () => {
    const ctl = await runCommandLine(t, ['ctl', '-c', daemon.home.configFile, 'resume', 'survival'], { LANG: 'C' });
    assert.equal(ctl.output, 'survival 恢复接收事件。');
    const check = await runCommandLine(t, ['check', '-c', daemon.home.configFile], { LANG: 'C' });
    assert.match(check.output, /^问题 {2}服务器 survival: 连不上: ws:\S+: 连接被拒绝：/m);
    assert.match(check.output, /-> 启动它，或[更改]正 host 和 port/);
    assert.equal(await operate(daemon, 'pause survival'), 'survival 已暂停：它的事件会积压，但不超过 max_age。');
    const status = await fetch(`${daemon.adminUrl}/api/status`, {
      headers: { Authorization: `Bearer ${ADMIN.token}` },
    });
    assert.match(await status.text(), /"lastError":"connection refused: nothing listens there"/);
  });

  await t.test('in the faults of a config that it refuses', async () => {
    await writeFile(daemon.home.configFile, 'language: zh\nport: abc\n');
    await daemon.command('reload config', /config\.yml:2: port: "abc"，应为：0 到 65535 之间的端口号$/);
    await daemon.says(/配置文件有错误，一切保持原样。/);
  });

  await daemon.writeConfig({ language: 'en', admin: ADMIN, server_list });
  await daemon.command('reload config', /^The config is reloaded\.$/);
  await daemon.command('pause survival', /^survival is paused: /);
  await daemon.command('reload config', /\[INFO\] config reloaded/);
});

test('a log in JSON keeps its messages in English', async (t) => {
  const daemon = await startDaemon(t, { config: { language: 'zh', log: { json: true } } });
  await daemon.connectBot(t);
  await daemon.says(/"message":"a bot connected"/);
});

test('without a config that says so, the language is that of the locale', async (t) => {
  const home = await tempHome(t);
  const run = async (yaml: string, env: Readonly<Record<string, string>>) => {
    await writeFile(home.configFile, yaml);
    return await runCommandLine(t, ['run', '-c', home.configFile], env);
  };
  const chinese = /: port: "abc"，应为：/;
  const english = /: port: found "abc", expected/;
  for (const [yaml, env, expected] of [
    ['port: abc', { LANG: 'zh_CN.UTF-8' }, chinese],
    ['port: abc', { LANG: 'zh_CN.UTF-8', LC_ALL: 'C' }, english],
    ['port: abc', { LANG: 'xx_YY' }, english],
    ['port: abc', { LANG: 'C', QQBRIDGE_LANGUAGE: 'zh' }, chinese],
    ['port: abc\nlanguage: en', { LANG: 'zh_CN.UTF-8' }, english],
    ['port: abc\nlanguage: zh', { LANG: 'C', QQBRIDGE_LANGUAGE: 'en' }, english],
    ['language: zh\n\tport: abc', { LANG: 'C' }, /制表符（U\+0009），应为：键的前面用空格缩进/],
    ['port: abc\nlanguage: fr', { LANG: 'zh_TW' }, /language: "fr"，应为：en 或 zh/],
  ] as const) {
    const { status, errors } = await run(yaml, env);
    assert.equal(status, 2, errors);
    assert.match(errors, expected, JSON.stringify([yaml, env]));
  }
});

test('help and wrong usage are said in the language of the locale', async (t) => {
  const env = { LC_MESSAGES: 'zh_CN.UTF-8' };
  const { output } = await runCommandLine(t, ['--help'], env);
  assert.match(output, /^用法: node \S*bin\/qqbridge\.js/);
  assert.match(output, /^ {2}run \[options\] +运行网桥；/m);
  const wrong = await runCommandLine(t, ['check', '--confg', 'x'], env);
  assert.equal(wrong.status, 2);
  assert.match(
    wrong.errors,
    /^错误：未知选项“--confg”（您是想输入 --config 吗？）\n（更多说明见 node \S*bin\/qqbridge\.js --help）/,
  );
});
