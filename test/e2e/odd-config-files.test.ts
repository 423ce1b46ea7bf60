import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { launchDaemon } from '../support/daemon.ts';
import { failOnLeaks } from '../support/leaks.ts';

failOnLeaks();

test('a config file that is no file is told at once, and never waited for', {
  skip: process.platform === 'win32',
}, async (t) => {
  for (const command of ['run', 'check']) {
    for (const [name, found] of [
      ['pipe', /found a pipe, a socket or a device/],
      ['/dev/zero', /found a pipe, a socket or a device/],
      ['.', /found a folder/],
    ] as const) {
      const prepare = async ({ dir }: { readonly dir: string }) => {
        if (name === 'pipe') execFileSync('mkfifo', [join(dir, name)]);
      };
      const daemon = await launchDaemon(t, { args: [command, '-c', name], prepare });
      daemon.expectExit(2);
      assert.deepEqual(await daemon.exited({ deadlineMs: 60_000 }), { status: 2, signal: null });
      await daemon.says(found);
    }
  }
});

test('a certificate that is a pipe is told at once', { skip: process.platform === 'win32' }, async (t) => {
  const daemon = await launchDaemon(t, {
    config: { tls: { cert: 'pipe', key: '/dev/zero' } },
    prepare: async ({ dir }) => void execFileSync('mkfifo', [join(dir, 'pipe')]),
  });
  daemon.expectExit(2);
  await daemon.exited({ deadlineMs: 60_000 });
  await daemon.says(/tls\.cert.*it is a pipe, a socket or a device/);
  await daemon.says(/tls\.key.*it is a pipe, a socket or a device/);
});
