import assert from 'node:assert/strict';
import { mkdir, rename, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { CommandLine, runCommandLine } from '../support/command-line.ts';
import { startDaemon } from '../support/daemon.ts';
import { notice } from '../support/events.ts';
import { eventually } from '../support/eventually.ts';
import { failOnLeaks } from '../support/leaks.ts';
import { tempHome } from '../support/temp-home.ts';

failOnLeaks();

test('ctl gives the running daemon a command', async (t) => {
  const daemon = await startDaemon(t, { config: { server_list: { survival: { port: 1 } } } });
  const ctl = (...words: string[]) => runCommandLine(t, ['ctl', '-c', daemon.home.configFile, ...words]);

  await t.test('and prints its answer', async () => {
    const { status, output, errors } = await ctl('status');
    assert.deepEqual([status, errors], [0, '']);
    assert.match(output, /^QQBridge .*, ready, for /);
    assert.match((await ctl('pause', 'survival')).output, /^survival is paused/);
    assert.match((await ctl('queue')).output, /paused/);
  });

  await t.test('exits with 2 for a wrong one, and with 1 for one that fails', async () => {
    const wrong = await ctl('paus', 'survival');
    assert.deepEqual([wrong.status, wrong.output], [2, '']);
    assert.match(wrong.errors, /Did you mean pause/);
    await writeFile(daemon.home.configFile, 'port: abc');
    const failed = await ctl('reload', 'config');
    assert.equal(failed.status, 1);
    assert.match(failed.errors, /port: found "abc"/);
  });

  await t.test('its sockets are for their owner alone', async () => {
    const { mode } = await stat(join(daemon.home.dir, 'data', 'control.sock'));
    assert.equal(mode & 0o077, 0);
  });

  await t.test('tail goes on until it is interrupted, or nobody reads', async () => {
    const file = daemon.home.configFile;
    const tails = [new CommandLine(['ctl', '-c', file, 'tail']), new CommandLine(['ctl', '-c', file, 'tail'])] as const;
    for (const tail of tails) await tail.lines.take();
    await daemon.report(notice());
    for (const tail of tails) await tail.lines.take((line) => line.includes('notice'));
    tails[0].interrupt();
    tails[1].closeOutput();
    await daemon.report(notice({ userId: 5 }));
    await daemon.report(notice({ userId: 6 }));
    assert.deepEqual(await Promise.all(tails.map((tail) => tail.ended)), [null, 0]);
  });

  await t.test('stop ends it, and then nobody is there', async () => {
    assert.deepEqual(await ctl('stop'), { status: 0, output: 'Stopping.', errors: '' });
    assert.equal((await daemon.exited()).status, 0);
    const { status, errors } = await ctl('status');
    assert.equal(status, 1);
    assert.match(errors, /no daemon runs with/);
  });
});

test('ctl finds a daemon whose data lies elsewhere, by the config file alone', async (t) => {
  const elsewhere = await tempHome(t);
  const daemon = await startDaemon(t, { args: ['--data', elsewhere.dir] });
  const { status, output } = await runCommandLine(t, ['ctl', '-c', daemon.home.configFile, 'version']);
  assert.equal(status, 0);
  assert.match(output, /^QQBridge /);
});

test('ctl goes over the admin port where there is no socket', async (t) => {
  const daemon = await startDaemon(t, { config: { admin: { token: 'a-token-for-the-tests' } } });
  // The same config at another place, as on the other side of a container's wall.
  const other = await tempHome(t);
  await writeFile(
    other.configFile,
    JSON.stringify({ admin: { port: daemon.adminPort, token: 'a-token-for-the-tests' } }),
  );
  const { status, output, errors } = await runCommandLine(t, ['ctl', '-c', other.configFile, 'version']);
  assert.deepEqual([status, errors], [0, '']);
  assert.match(output, /^QQBridge /);
});

test('the socket that a killed daemon has left is nobody, and the next daemon takes its place', async (t) => {
  const daemon = await startDaemon(t);
  const tail = new CommandLine(['ctl', '-c', daemon.home.configFile, 'tail']);
  await tail.lines.take();
  await daemon.kill9();
  assert.equal(await tail.ended, 1);
  assert.match(tail.errors.join(''), /the daemon broke off its answer/);
  const { status, errors } = await runCommandLine(t, ['ctl', '-c', daemon.home.configFile, 'status']);
  assert.deepEqual([status, errors], [1, `qqbridge: no daemon runs with ${daemon.home.configFile}\n`]);
  const next = await daemon.startAgain();
  const again = await runCommandLine(t, ['ctl', '-c', next.home.configFile, 'version']);
  assert.equal(again.status, 0);
});

test('ctl and check tell of a daemon that hangs', async (t) => {
  const daemon = await startDaemon(t);
  const isThere = async () => (await runCommandLine(t, ['ctl', '-c', daemon.home.configFile, 'version'])).status === 0;
  await eventually(isThere);
  daemon.signal('SIGSTOP');
  t.after(() => daemon.signal('SIGCONT'));
  const ctl = new CommandLine(['ctl', '-c', daemon.home.configFile, 'status']);
  t.after(() => ctl.interrupt());
  const { status, output } = await runCommandLine(t, ['check', '-c', daemon.home.configFile]);
  assert.equal(status, 1);
  assert.match(output, /PROBLEM +daemon: it runs, but does not answer .*: no answer in time\n.*\n +-> see its log/);
  await eventually(() => assert.match(ctl.errors.join(''), /has not answered yet/));
  daemon.signal('SIGCONT');
  assert.equal(await ctl.ended, 0);
});

test('ctl reaches a daemon whose home is too deep for a socket', async (t) => {
  const { dir } = await tempHome(t);
  const configFile = join(dir, 'd'.repeat(100), 'config', 'config.yml');
  const daemon = await startDaemon(t, {
    args: ['run', '-c', configFile],
    prepare: async (home) => {
      await mkdir(dirname(configFile), { recursive: true });
      await rename(home.configFile, configFile);
    },
  });
  const { status } = await runCommandLine(t, ['ctl', '-c', configFile, 'version']);
  assert.equal(status, 0);
  await daemon.stop();
});
