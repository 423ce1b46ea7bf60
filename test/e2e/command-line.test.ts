import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CommandLine, runCommandLine } from '../support/command-line.ts';
import { failOnLeaks } from '../support/leaks.ts';

failOnLeaks();

test('a word that is no command gets a hint', async (t) => {
  for (const [word, hint] of [
    ['chekc', /Did you mean check\?/],
    ['status', /node \S*bin\/qqbridge\.js ctl status/],
    ['xyzzy', /node \S*bin\/qqbridge\.js --help lists them/],
  ] as const) {
    const { status, output, errors } = await runCommandLine(t, [word]);
    assert.deepEqual([status, output], [2, ''], word);
    assert.match(errors, hint);
  }
  const { errors } = await runCommandLine(t, ['chekc'], { LANG: 'zh_CN.UTF-8' });
  assert.match(errors, /您是想输入 check 吗/);
});

test('wrong usage is exit status 2, help and version are 0', async (t) => {
  for (const args of [['check', '--foo'], ['run', 'extra'], ['ctl'], ['-c'], ['check', '-c', 'nosuch.yml']]) {
    assert.equal((await runCommandLine(t, args)).status, 2, args.join(' '));
  }
  for (const args of [['help'], ['--help'], ['-V'], ['help', 'init']]) {
    assert.equal((await runCommandLine(t, args)).status, 0, args.join(' '));
  }
});

test('a reader that has had enough ends a command quietly', async (t) => {
  const schema = new CommandLine(['schema']);
  t.after(() => schema.interrupt());
  await schema.lines.take();
  schema.closeOutput();
  assert.equal(await schema.ended, 0);
  assert.deepEqual(schema.errors, []);
});
