import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmodSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { COMMANDS } from '../../src/operator/commands.ts';
import { type Daemon, startDaemon } from '../support/daemon.ts';
import { failOnLeaks } from '../support/leaks.ts';
import { configIn, Page, ROOT } from './pages.ts';
import { STAND_INS } from './stand-in.ts';

failOnLeaks();

const PAGES = ['README.md', 'README.zh-CN.md', ...readdirSync(join(ROOT, 'docs')).map((name) => `docs/${name}`)]
  .filter((path) => path.endsWith('.md'))
  .map((path) => new Page(path));

// The pages in Chinese have the same blocks, which docs.test.ts sees to. All are written for the shell of Linux and macOS.
for (const page of PAGES.filter((page) => !page.path.includes('.zh-CN') && page.blocks().some(isShell))) {
  test(`every command in ${page.path} works, beside a daemon that has its examples`, {
    skip: process.platform === 'win32',
  }, async (t) => {
    const onPorts = (port: number, adminPort: number) => ({
      QQBRIDGE_PORT: String(port),
      QQBRIDGE_ADMIN_PORT: String(adminPort),
    });
    // As `npx qqbridge` in an empty folder: the config is written by the start.
    const daemon = await startDaemon(t, { writeConfig: false, args: [], env: onPorts });
    const shell = shellOf(daemon, onPorts(daemon.port, daemon.adminPort));
    for (const block of page.blocks()) {
      if (isShell(block)) await shell(block.text);
      if (block.text.endsWith('ctl stop')) await daemon.exited();
      const config = block.language === 'yaml' ? configIn(block.text) : undefined;
      if (config === undefined) continue;
      writeFileSync(daemon.home.configFile, config);
      await shell('npx qqbridge ctl reload config');
    }
    // A signal while the process ends by itself would decide its exit status.
    if (page.blocks().some(({ text }) => /\bctl stop\b/.test(text))) await daemon.exited();
  });
}

test('every command that the pages mention in passing is one that there is', () => {
  const consoleNames = COMMANDS.flatMap((command) => [command.name, ...command.aliases]);
  const wrong = PAGES.flatMap((page) =>
    page.codeSpans().filter((span) => {
      const words = /(?:^|\s)(?:npx qqbridge|bin\/qqbridge\.js)(?:\s+(.*))?$/.exec(span);
      if (words === null || words[1] === undefined) return false;
      const [subcommand = '', ...rest] = words[1].split(' ').filter((word) => !/^\[?(-c|FILE\]?)$/.test(word));
      if (subcommand !== 'ctl')
        return !['', 'check', 'demo', 'init', 'run', 'schema', '--version'].includes(subcommand);
      const typed = rest.join(' ');
      return typed !== '' && typed !== 'COMMAND' && !consoleNames.some((name) => typed.startsWith(name));
    }),
  );
  assert.deepEqual(wrong, []);
});

function isShell({ language }: { readonly language: string }): boolean {
  return language === 'sh';
}

/** Runs a block of a page in the home of the daemon, with stand-ins for what a test can't have. */
function shellOf(daemon: Daemon, env: Readonly<Record<string, string>>) {
  const { dir } = daemon.home;
  const bin = join(dir, 'stand-ins');
  mkdirSync(bin);
  for (const name of STAND_INS) {
    const file = join(bin, name);
    const standIn = join(import.meta.dirname, 'stand-in.js');
    writeFileSync(file, `#!/bin/sh\nexec "${process.execPath}" "${standIn}" ${name} "$@"\n`);
    chmodSync(file, 0o755);
  }
  for (const folder of ['etc/systemd/system', 'opt']) mkdirSync(join(dir, folder), { recursive: true });
  return async (block: string): Promise<void> => {
    const script = block
      .replaceAll('/opt/qqbridge', ROOT.replace(/\/$/, ''))
      .replaceAll('/var/lib/qqbridge', dir)
      .replaceAll(' /etc/', ` ${dir}/etc/`)
      .replaceAll(':5700', `:${daemon.port}`)
      .replaceAll(':5780', `:${daemon.adminPort}`);
    try {
      await promisify(execFile)('sh', ['-euc', script], {
        cwd: dir,
        env: { ...process.env, ...env, PATH: `${bin}${delimiter}${process.env['PATH']}` },
        timeout: 60_000,
      });
    } catch (error) {
      const { stdout, stderr } = error as { stdout: string; stderr: string };
      assert.fail(`${block}\n${stdout}${stderr}`);
    }
  };
}
