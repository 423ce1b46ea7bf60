import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { readRegularFile } from '../../src/support/regular-file.ts';
import { tempHome } from './temp-home.ts';

const isWindows = process.platform === 'win32';

test('a regular file is read up to its bound', async (t) => {
  const { dir } = await tempHome(t);
  const file = join(dir, 'file');
  for (const size of [0, 1, 4_095, 4_096, 4_097, 100_000]) {
    writeFileSync(file, Buffer.alloc(size, 'a'));
    assert.equal(readRegularFile(file, 100_000).length, size);
  }
  writeFileSync(file, Buffer.alloc(100_001));
  assert.throws(() => readRegularFile(file, 100_000), { code: 'EFBIG' });
});

test('a folder, a file that is not there, a pipe, a socket and a device are told apart, and none is waited for', async (t) => {
  const { dir } = await tempHome(t);
  assert.throws(() => readRegularFile(dir, 10), { code: 'EISDIR' });
  assert.throws(() => readRegularFile(join(dir, 'none'), 10), { code: 'ENOENT' });
  if (isWindows) return;
  const [pipe, path] = [join(dir, 'pipe'), join(dir, 'socket')];
  execFileSync('mkfifo', [pipe]);
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(path, resolve));
  for (const file of [pipe, path, '/dev/zero']) {
    assert.throws(() => readRegularFile(file, 10), { code: 'NO_REGULAR_FILE' }, file);
  }
  await new Promise((resolve) => server.close(resolve));
});

test('a file of the kernel that says it has no bytes is read', { skip: process.platform !== 'linux' }, () => {
  assert.match(readRegularFile('/proc/self/status', 1_000_000).toString(), /^Name:/);
});
