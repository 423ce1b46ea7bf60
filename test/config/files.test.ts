import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type TestContext, test } from 'node:test';
import { formatFault } from '../../src/config/findings.ts';
import { homeOf, writeDefaultConfig } from '../../src/config/home.ts';
import { type LoadOutcome, loadConfig } from '../../src/config/load.ts';
import { inEnglish } from '../../src/support/text.ts';
import { asPlainUser, HAS_FILE_MODES } from '../support/as-plain-user.ts';

async function temporaryFolder(context: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'qqbridge-config-'));
  context.after(() => rm(folder, { recursive: true }));
  return folder;
}

async function loadBytes(context: TestContext, bytes: Buffer | string): Promise<LoadOutcome> {
  const file = join(await temporaryFolder(context), 'config.yml');
  await writeFile(file, bytes);
  return loadConfig({ file, env: {} });
}

function unreadable(outcome: LoadOutcome): string {
  assert.ok(outcome.kind === 'faulty');
  assert.equal(outcome.code, 'CONFIG_UNREADABLE');
  assert.equal(outcome.faults.length, 1);
  return outcome.faults.map(formatFault).join('\n');
}

test('a file that is missing, a folder or too large is a fault', async (context) => {
  const folder = await temporaryFolder(context);
  const missing = join(folder, 'none.yml');
  assert.equal(
    unreadable(await loadConfig({ file: missing, env: {} })),
    `${missing}: found no file, expected a YAML file that may be read`,
  );
  assert.match(unreadable(await loadConfig({ file: folder, env: {} })), /: found a folder, expected/);
  assert.match(unreadable(await loadBytes(context, '#'.repeat(2 ** 20 + 1))), /found a file of 1048577 bytes/);
  assert.match(
    unreadable(await loadConfig({ file: join(folder, 'a\0b'), env: {} })),
    /found a file that can't be read/,
  );
});

test('a file without read permission is a fault', { skip: !HAS_FILE_MODES }, async (context) => {
  const folder = await temporaryFolder(context);
  await chmod(folder, 0o755);
  const files = [join(folder, 'mine.yml'), join(folder, 'open.yml')] as const;
  for (const file of files) await writeFile(file, 'port: 1');
  await chmod(files[0], 0);
  await chmod(files[1], 0o644);
  const module = new URL('../../src/config/load.js', import.meta.url);
  const load = (file: string) => asPlainUser(module, `return module.loadConfig({ file: '${file}', env: {} });`);
  assert.match(unreadable((await load(files[0])) as LoadOutcome), /permission denied/);
  assert.equal(((await load(files[1])) as LoadOutcome).kind, 'loaded');
});

test('text in GBK is a fault with its line', async (context) => {
  const bytes = Buffer.concat([Buffer.from('port: 5700\n# '), Buffer.from('c9fab4e6', 'hex'), Buffer.from('\n')]);
  assert.match(
    unreadable(await loadBytes(context, bytes)),
    /config\.yml:2: found text that is not utf-8 \(GBK perhaps\), expected a file saved as UTF-8/,
  );
});

test('a byte order mark tells UTF-8 and UTF-16', async (context) => {
  const littleEndian = Buffer.from('\ufeffport: 5800\r\nserver_list: {}', 'utf16le');
  for (const bytes of ['\ufeffport: 5800\r\n', littleEndian, Buffer.from(littleEndian).swap16()]) {
    const outcome = await loadBytes(context, bytes);
    assert.ok(outcome.kind === 'loaded');
    assert.equal(outcome.config.port.port, 5800);
  }
  assert.match(unreadable(await loadBytes(context, Buffer.from('fffe00d8', 'hex'))), /not utf-16le/);
});

test('lines are counted whatever ends them', async (context) => {
  for (const end of ['\n', '\r\n', '\r']) {
    const outcome = await loadBytes(context, ['# one', 'host: 127.0.0.1', '', 'port: x'].join(end));
    assert.ok(outcome.kind === 'faulty');
    assert.equal(outcome.faults[0]?.line, 4);
  }
});

test('the home is the folder of the file, or its parent where that is named config', () => {
  assert.equal(homeOf('/srv/bridge/config/config.yml'), resolve('/srv/bridge'));
  assert.equal(homeOf('/srv/bridge/my.yml'), resolve('/srv/bridge'));
  assert.equal(homeOf('config.yml'), process.cwd());
});

test('the default config is written for its owner alone, loads, and is never written over', async (context) => {
  const folder = await temporaryFolder(context);
  const file = join(folder, 'deep', 'config', 'config.yml');
  await writeDefaultConfig(file, inEnglish);
  if (process.platform !== 'win32') assert.equal((await stat(file)).mode & 0o777, 0o600);
  const outcome = await loadConfig({ file, env: {} });
  assert.ok(outcome.kind === 'loaded');
  assert.equal(outcome.config.dataDir, join(folder, 'deep', 'data'));
  assert.equal(outcome.config.servers.get('survival')?.enabled, false);
  assert.match(await readFile(file, 'utf8'), /^# yaml-language-server: \$schema=\.\/schema\.json\n/);
  assert.equal(
    JSON.parse(await readFile(join(folder, 'deep', 'config', 'schema.json'), 'utf8')).title,
    'QQBridge config',
  );
  await assert.rejects(writeDefaultConfig(file, inEnglish), { code: 'EEXIST' });
});

test('a schema beside the config is left as it is', async (context) => {
  const folder = await temporaryFolder(context);
  await mkdir(join(folder, 'config'));
  await writeFile(join(folder, 'config', 'schema.json'), 'mine');
  await writeDefaultConfig(join(folder, 'config', 'config.yml'), inEnglish);
  assert.equal(await readFile(join(folder, 'config', 'schema.json'), 'utf8'), 'mine');
});
