import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { load } from 'js-yaml';
import { runCommandLine } from '../support/command-line.ts';
import { launcher } from '../support/daemon.ts';
import { failOnLeaks } from '../support/leaks.ts';
import { tempHome } from '../support/temp-home.ts';

failOnLeaks();

/** `init` with the answers in a pipe. */
async function answer(t: TestContext, args: readonly string[], answers: readonly string[]) {
  return await answerIn({}, t, { args, answers });
}

interface Typed {
  readonly args: readonly string[];
  readonly answers: readonly string[];
}

async function answerIn(env: NodeJS.ProcessEnv, t: TestContext, { args, answers }: Typed) {
  const child = spawn(process.execPath, [launcher(), 'init', ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: { ...process.env, ...env },
  });
  t.after(() => void child.kill());
  let output = '';
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    output += chunk;
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    errors += chunk;
  });
  child.stdin.end(answers.map((line) => `${line}\n`).join(''));
  const status = await new Promise((resolve) => child.once('close', resolve));
  return { status, output, errors };
}

test('flags ask nothing, and show what to enter on both sides', async (t) => {
  const { configFile } = await tempHome(t);
  const servers = [
    'mc=websocket:ws://127.0.0.1:5701/ws/',
    'app=listen',
    'nb=websocket:ws://127.0.0.1:8080/onebot/v11/ws',
  ];
  const args = [
    '--host',
    '0.0.0.0',
    '--port',
    '5710',
    '--bot',
    'lagrange',
    ...servers.flatMap((each) => ['--server', each]),
  ];
  const { status, output, errors } = await runCommandLine(t, ['init', '-c', configFile, ...args]);
  assert.deepEqual([status, errors], [0, '']);
  const config = load(await readFile(configFile, 'utf8')) as {
    access_token: string;
    server_list: { app: { access_token: string } };
  };
  assert.ok(config.access_token.length >= 20, 'off loopback a token is made');
  for (const line of [
    `"AccessToken":"${config.access_token}"`,
    config.server_list.app.access_token,
    '"port":5701',
    'PORT=8080',
  ]) {
    assert.ok(output.includes(line), line);
  }
  assert.equal((await stat(configFile)).mode & 0o077, 0);
});

test('what is there is not replaced without being told, and kept then', async (t) => {
  const { configFile } = await tempHome(t);
  await writeFile(configFile, 'port: 5799\nserver_list: {old: {port: 1}}\n');
  const refused = await runCommandLine(t, ['init', '-c', configFile, '--yes']);
  assert.equal(refused.status, 2);
  assert.match(refused.errors, /is there already; --force replaces it/);
  const no = await answer(t, ['-c', configFile], ['1', 'y', '', 'n', 'n', 'n']);
  assert.equal(no.status, 2);
  assert.match(await readFile(configFile, 'utf8'), /^port: 5799/);
  for (const kept of ['config.yml.old', 'config.yml.old-2']) {
    const forced = await runCommandLine(t, ['init', '-c', configFile, '--from', configFile, '--yes', '--force']);
    assert.deepEqual([forced.status, forced.errors], [0, '']);
    assert.ok(forced.output.includes(kept));
  }
  assert.match(await readFile(`${configFile}.old`, 'utf8'), /^port: 5799/);
  assert.match(await readFile(configFile, 'utf8'), /^port: 5799$/m);
});

test('answers that can not be taken are asked for again', async (t) => {
  const { configFile } = await tempHome(t);
  const answers = [
    '9',
    '1',
    'maybe',
    'y',
    '70000',
    '5710',
    'y',
    'tok',
    'y',
    '3',
    'a/b',
    'nb',
    'http://x',
    '',
    'secret',
    'n',
  ];
  const { status, output } = await answer(t, ['-c', configFile], answers);
  assert.equal(status, 0, output);
  const config = load(await readFile(configFile, 'utf8')) as Record<string, unknown>;
  assert.equal(config['port'], 5710);
  assert.equal(config['access_token'], 'tok');
  assert.deepEqual(config['server_list'], {
    nb: { protocol: 'websocket', url: 'ws://127.0.0.1:8080/onebot/v11/ws', access_token: 'secret' },
  });
  assert.match(output, /ONEBOT_ACCESS_TOKEN=secret/);
});

test('ImAPI gets text, AstrBot segments, and a second server of a kind a name and a port of its own', async (t) => {
  const { configFile } = await tempHome(t);
  const servers = [
    ['y', '2', '', ''],
    ['y', '2', '', ''],
    ['y', '5', '', '', ''],
  ];
  const { status, output } = await answer(t, ['-c', configFile], ['1', 'y', '', 'n', ...servers.flat(), 'n']);
  assert.equal(status, 0, output);
  const { server_list } = load(await readFile(configFile, 'utf8')) as Record<string, unknown>;
  assert.deepEqual(server_list, {
    survival: { protocol: 'websocket', url: 'ws://127.0.0.1:8080/ws/', message_format: 'string' },
    'survival-2': { protocol: 'websocket', url: 'ws://127.0.0.1:8081/ws/', message_format: 'string' },
    astrbot: { protocol: 'websocket', url: 'ws://127.0.0.1:6199/ws', message_format: 'array' },
  });
  for (const port of [8080, 8081]) {
    assert.ok(output.includes(`ws_server: { host: 127.0.0.1, port: ${port}, access_token: "", url_prefix: /ws/ }`));
  }
  assert.match(output, /AstrBot, WebUI: /);
});

test('in Chinese it asks for and shows the same', async (t) => {
  const { configFile } = await tempHome(t);
  const answers = ['1', 'y', '', 'n', 'y', '2', '', '', 'n'];
  const { output } = await answerIn({ LANG: 'zh_CN.UTF-8' }, t, { args: ['-c', configFile], answers });
  assert.match(output, /Minecraft：MCDReforged 和 ImAPI（QQChat 3）/);
  assert.match(output, /ImAPI：写在 MCDReforged 的 config\/im_api\/config\.yml 中：/);
});

test('an input that ends too early writes nothing', async (t) => {
  const { configFile } = await tempHome(t);
  const { status, errors } = await answer(t, ['-c', configFile], ['1', 'y']);
  assert.equal(status, 2);
  assert.match(errors, /input ended before all was answered; nothing was written/);
  await assert.rejects(stat(configFile));
});

test('what would have faults is not written', async (t) => {
  const { configFile, dir } = await tempHome(t);
  for (const args of [
    ['--port', 'abc'],
    ['--server', 'foo'],
    ['--server', 'api=listen'],
    ['--from', join(dir, 'none')],
  ]) {
    const { status, errors } = await runCommandLine(t, ['init', '-c', configFile, '--yes', ...args]);
    assert.equal(status, 2, args.join(' '));
    assert.match(errors, /^qqbridge: /);
  }
  await assert.rejects(stat(configFile));
});

test('a filter of go-cqhttp is still only printed', async (t) => {
  const { dir, configFile } = await tempHome(t);
  await writeFile(join(dir, 'filter.json'), '{"user_id": 5}');
  const { status, output } = await runCommandLine(t, ['init', '-c', configFile, '--filter', join(dir, 'filter.json')]);
  assert.equal(status, 0);
  assert.match(output, /filter:\n {2}user_id: 5/);
  await assert.rejects(stat(configFile));
});
