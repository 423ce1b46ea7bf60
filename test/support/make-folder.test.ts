import assert from 'node:assert/strict';
import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { makeFolder } from '../../src/support/make-folder.ts';
import { tempHome } from './temp-home.ts';

test('a folder is made for its owner alone, with those above it', async (t) => {
  const { dir } = await tempHome(t);
  await makeFolder(join(dir, 'a', 'b'));
  await makeFolder(join(dir, 'a', 'b'));
  for (const folder of ['a', 'a/b']) assert.equal((await stat(join(dir, folder))).mode & 0o077, 0);
});

test('a folder that can not be made says why', async (t) => {
  const { dir } = await tempHome(t);
  await writeFile(join(dir, 'file'), '');
  await assert.rejects(makeFolder(join(dir, 'file')), { code: 'EEXIST' });
  await assert.rejects(makeFolder(join(dir, 'file', 'b')), { code: 'ENOTDIR' });
});

test('the making of a folder ends where the system can not make one', {
  skip: process.platform !== 'linux',
}, async () => {
  await assert.rejects(makeFolder('/proc/qqbridge/logs'), { code: 'ENOENT' });
});
