import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { CommandLine, runCommandLine } from '../support/command-line.ts';
import { freePort } from '../support/free-port.ts';
import { failOnLeaks } from '../support/leaks.ts';

failOnLeaks();

/** A folder for temporary files of their own, to see what is left in it. */
async function temporaryFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'qqb-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

test('two demos run at once, and leave nothing behind', async (t) => {
  const TMPDIR = await temporaryFolder(t);
  // Settings that are meant for another bridge are none of the demo's.
  const env = { TMPDIR, QQBRIDGE_HOST: '192.0.2.1', QQBRIDGE_SERVER_LIST: '{}' };
  const demos: CommandLine[] = [];
  for (const forMs of ['6s', '4s']) {
    const demo = new CommandLine(['demo', '--for', forMs], env);
    demos.push(demo);
    t.after(() => demo.interrupt());
    await demo.lines.take((line) => line.includes('in a browser'));
    await demo.lines.take((line) => line.includes('connected to a server server=survival'));
  }
  const [first] = demos as [CommandLine, CommandLine];
  const config = /ctl -c (\S+)/.exec(first.lines.all.join('\n'))?.[1] ?? '';
  const { status, output } = await runCommandLine(t, ['ctl', '-c', config, 'servers'], { TMPDIR });
  assert.equal(status, 0);
  assert.match(output, /^survival +\w+ .*websocket[\s\S]*^web +\w+ .*http[\s\S]*^assistant +\w+ .*listen/m);
  assert.deepEqual(await Promise.all(demos.map((demo) => demo.ended)), [0, 0]);
  assert.deepEqual(await readdir(TMPDIR), []);
});

test('the ports and the admin token of the environment are honoured, and the link that is printed logs in', async (t) => {
  const TMPDIR = await temporaryFolder(t);
  const [port, adminPort] = [await freePort(), await freePort()];
  const env = {
    QQBRIDGE_PORT: String(port),
    QQBRIDGE_ADMIN_PORT: String(adminPort),
    QQBRIDGE_ADMIN_TOKEN: 'of-the-demo',
  };
  const demo = new CommandLine(['demo'], { TMPDIR, ...env });
  t.after(() => demo.interrupt());
  const line = await demo.lines.take((each) => each.includes('in a browser'));
  const link = /http:\S+/.exec(line)?.[0] ?? '';
  assert.equal(new URL(link).port, String(adminPort));
  assert.match(demo.lines.all.join('\n'), new RegExp(`listens on 127\\.0\\.0\\.1:${port},`));
  const login = await fetch(new URL('/api/login', link), {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ code: new URL(link).hash.replace('#login=', '') }),
  });
  assert.equal(login.status, 204);
  const headers = { Authorization: 'Bearer of-the-demo' };
  assert.equal((await fetch(`http://127.0.0.1:${adminPort}/api/status`, { headers })).status, 200);
  const hint = demo.lines.all.find((each) => each.includes('another shell')) ?? '';
  assert.match(hint, /another shell +node \S*bin\/qqbridge\.js ctl -c /);
  demo.interrupt();
  assert.equal(await demo.ended, 0);
});

test('ctrl-C ends it in order, and its folder goes', async (t) => {
  const TMPDIR = await temporaryFolder(t);
  const demo = new CommandLine(['demo'], { TMPDIR });
  await demo.lines.take((line) => line.includes('to end it'));
  demo.interrupt();
  assert.equal(await demo.ended, 0);
  assert.deepEqual(await readdir(TMPDIR), []);
});

test('a duration that is none is wrong usage', async (t) => {
  const { status, errors } = await runCommandLine(t, ['demo', '--for', 'ever']);
  assert.equal(status, 2);
  assert.match(errors, /expected a duration such as 30s/);
});
