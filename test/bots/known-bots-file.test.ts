import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type KnownBot, KnownBotsFile, MAX_BOTS } from '../../src/bots/known-bots-file.ts';
import { type Logger, silentLogger } from '../../src/support/logger.ts';

const ANNA: KnownBot = { selfId: '10001', takesCalls: true, lastSeenAt: Date.parse('2026-11-26T20:00:00.000Z') };
const BOB: KnownBot = { selfId: '18446744073709551617', takesCalls: false, lastSeenAt: 0 };

function tempFolder(t: TestContext): string {
  const dir = mkdtempSync(join(tmpdir(), 'qqbridge-bots-'));
  t.after(() => rmSync(dir, { recursive: true }));
  return dir;
}

/** A logger that remembers its warnings. */
function listeningLogger() {
  const warnings: string[] = [];
  const logger: Logger = {
    ...silentLogger,
    warn: (message: unknown) => void warnings.push(String(message)),
  };
  return { warnings, logger };
}

async function store(dir: string, bots: readonly KnownBot[], logger: Logger = silentLogger): Promise<void> {
  const file = new KnownBotsFile(dir, logger);
  file.changed(() => bots, true);
  await file.flush();
}

test('what was known before a stop is known after it, ids beyond 2^53 too', async (t) => {
  const dir = join(tempFolder(t), 'data');
  await store(dir, [ANNA, BOB]);
  assert.deepEqual(new KnownBotsFile(dir, silentLogger).read(), [ANNA, BOB]);
});

test('the file is for its owner alone', { skip: process.platform === 'win32' }, async (t) => {
  const dir = tempFolder(t);
  await store(dir, [ANNA]);
  assert.equal(statSync(join(dir, 'bots.json')).mode & 0o777, 0o600);
});

test('a missing file is no fault, a damaged one costs one warning', async (t) => {
  const dir = tempFolder(t);
  const { warnings, logger } = listeningLogger();
  assert.deepEqual(new KnownBotsFile(dir, logger).read(), []);
  assert.deepEqual(warnings, []);
  await store(dir, [ANNA]);
  const sound = readFileSync(join(dir, 'bots.json'), 'utf8');
  const damaged = [
    '',
    sound.slice(0, -5),
    'null',
    '[]',
    '{"version":2,"bots":[]}',
    '{"version":1,"bots":[{"self_id":"a b","takes_calls":true,"last_seen":"2026-11-26T20:00:00.000Z"}]}',
    '{"version":1,"bots":[{"self_id":"10001","takes_calls":1,"last_seen":"2026-11-26T20:00:00.000Z"}]}',
    '{"version":1,"bots":[{"self_id":"10001","takes_calls":true,"last_seen":"yesterday"}]}',
    '{"version":1,"bots":[null]}',
  ];
  for (const [index, text] of damaged.entries()) {
    writeFileSync(join(dir, 'bots.json'), text);
    assert.deepEqual(new KnownBotsFile(dir, logger).read(), [], text);
    assert.equal(warnings.length, index + 1, text);
  }
  assert.equal(warnings[0], 'the known bots can not be read');
});

test('of a file with more bots than may be known the first are taken', async (t) => {
  const dir = tempFolder(t);
  const many = Array.from({ length: MAX_BOTS + 5 }, (_, index) => ({ ...ANNA, selfId: String(index + 1) }));
  await store(dir, many);
  assert.equal(new KnownBotsFile(dir, silentLogger).read().length, MAX_BOTS);
});

test('a folder that takes nothing costs one warning until it takes something again', async (t) => {
  const dir = tempFolder(t);
  mkdirSync(join(dir, 'bots.json.new'));
  const { warnings, logger } = listeningLogger();
  const file = new KnownBotsFile(dir, logger);
  for (let round = 0; round < 3; round += 1) {
    file.changed(() => [ANNA], true);
    await file.flush();
  }
  assert.deepEqual(warnings, ['the known bots can not be written']);
  chmodSync(join(dir, 'bots.json.new'), 0o700);
  rmSync(join(dir, 'bots.json.new'), { recursive: true });
  file.changed(() => [ANNA], true);
  await file.flush();
  assert.deepEqual(file.read(), [ANNA]);
});

test('changes that come together are one write', async (t) => {
  const dir = tempFolder(t);
  let snapshots = 0;
  const file = new KnownBotsFile(dir, silentLogger);
  for (let change = 0; change < 100; change += 1) {
    file.changed(
      () => {
        snapshots += 1;
        return [ANNA];
      },
      change % 2 === 0,
    );
  }
  await file.flush();
  assert.equal(snapshots, 1);
});
