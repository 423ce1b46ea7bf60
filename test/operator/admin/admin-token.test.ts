import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { loadAdminToken } from '../../../src/operator/admin/admin-token.ts';
import { type Logger, silentLogger } from '../../../src/support/logger.ts';

async function tempFolder(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'qqbridge-data-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

test('a token is generated once, for the owner alone, and used again', async (t) => {
  const dataDir = join(await tempFolder(t), 'data');
  const first = await loadAdminToken(dataDir, undefined, silentLogger);
  const second = await loadAdminToken(dataDir, undefined, silentLogger);
  assert.match(first.token, /^[\w-]{43}$/);
  assert.deepEqual(second, first);
  assert.equal(await readFile(first.file ?? '', 'utf8'), `${first.token}\n`);
  if (process.platform !== 'win32') assert.equal((await stat(first.file ?? '')).mode & 0o777, 0o600);
});

test('a configured token is taken, and nothing is written', async (t) => {
  const dataDir = join(await tempFolder(t), 'data');
  assert.deepEqual(await loadAdminToken(dataDir, 'mine', silentLogger), { token: 'mine' });
  await assert.rejects(stat(dataDir));
});

for (const junk of ['', '\n', 'short', 'two words that are long enough', '\u0000'.repeat(40)]) {
  test(`a file that holds ${JSON.stringify(junk.slice(0, 10))} is replaced`, async (t) => {
    const dataDir = await tempFolder(t);
    await writeFile(join(dataDir, 'admin-token'), junk);
    const { token } = await loadAdminToken(dataDir, undefined, silentLogger);
    assert.match(token, /^[\w-]{43}$/);
    assert.equal(await readFile(join(dataDir, 'admin-token'), 'utf8'), `${token}\n`);
  });
}

test('where the token cannot be stored, one holds until the stop, and a warning says so', async (t) => {
  const notAFolder = join(await tempFolder(t), 'file');
  await writeFile(notAFolder, '');
  const warnings: string[] = [];
  const logger: Logger = { ...silentLogger, warn: (message) => warnings.push(String(message)) };
  const { token, file } = await loadAdminToken(notAFolder, undefined, logger);
  assert.match(token, /^[\w-]{43}$/);
  assert.deepEqual([file, warnings.length], [undefined, 1]);
});
