import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { CommandLine, runCommandLine } from '../support/command-line.ts';
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
  const env = { TMPDIR, QQBRIDGE_PORT: '1', QQBRIDGE_SERVER_LIST: '{}' };
  const demos: CommandLine[] = [];
  for (const forMs of ['6s', '4s']) {
    const demo = new CommandLine(['demo', '--for', forMs], env);
    demos.push(demo);
    t.after(() => demo.interrupt());
    await demo.lines.take((line) => line.includes('token to log in'));
    await demo.lines.take((line) => line.includes('connected to a server server=survival'));
  }
  const [first] = demos as [CommandLine, CommandLine];
  const config = /ctl -c (\S+)/.exec(first.lines.all.join('\n'))?.[1] ?? '';
  const { status, output } = await runCommandLine(t, ['ctl', '-c', config, 'servers'], { TMPDIR });
  assert.equal(status, 0);
  assert.match(output, /^survival +websocket[\s\S]*^web +http[\s\S]*^assistant +listen/m);
  assert.deepEqual(await Promise.all(demos.map((demo) => demo.ended)), [0, 0]);
  assert.deepEqual(await readdir(TMPDIR), []);
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
