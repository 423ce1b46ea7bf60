import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { LmdbStore } from '../../src/log/embedded/lmdb-store.ts';
import { SharedLog } from '../../src/log/shared-log.ts';
import { silentLogger } from '../../src/support/logger.ts';
import { Random } from '../chaos/random.ts';
import { drain, event } from '../conformance/event-log.ts';

const BOUNDS = { maxAgeMs: 3_600_000, maxEvents: 10_000, maxBytes: 1e9 };

function tempDir(t: TestContext): string {
  const dir = mkdtempSync(join(tmpdir(), 'qqbridge-log-'));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

async function openLog(dir: string): Promise<SharedLog> {
  const store = await LmdbStore.open({ dataDir: dir, configFile: 'config.yml', logger: silentLogger });
  return new SharedLog({ store, boundsOf: () => BOUNDS, maxMemoryBytes: 1e9, logger: silentLogger });
}

/** Beside `inspect-file.js`, which runs it where a file is shorter than it says. */
const PROBE = fileURLToPath(new URL('../../src/log/embedded/probe-store.js', import.meta.url));

test('the probe finds a sound store sound, empty or not', async (t) => {
  const dir = tempDir(t);
  await (await openLog(dir)).close();
  const probe = () => spawnSync(process.execPath, [PROBE, join(dir, 'events')], { encoding: 'utf8' });
  assert.equal(probe().status, 0, probe().stderr);
  const log = await openLog(dir);
  for (let n = 0; n < 50; n += 1) await log.append(event(n, 2_000), ['a', 'b']);
  log.deadLetters.add({ server: 'a', event: event(99), reason: 'answered with 403', status: 403 });
  drain(log.cursor('a'));
  await log.close();
  assert.equal(probe().status, 0, probe().stderr);
});

test('a store that was closed in order is opened again, whatever pages its last commit left unwritten', async (t) => {
  const seed = Date.now() % 1_000_000;
  const random = new Random(seed);
  const dir = tempDir(t);
  let next = 0;
  const waiting = new Map<string, number[]>([
    ['a', []],
    ['b', []],
  ]);
  for (let run = 0; run < 12; run += 1) {
    const log = await openLog(dir);
    for (const [name, numbers] of waiting) {
      assert.equal(log.cursor(name).waitingEvents, numbers.length, `seed ${seed}, run ${run}`);
    }
    for (let commits = random.between(1, 12); commits > 0; commits -= 1) {
      const names = random.pick([['a'], ['b'], ['a', 'b']]);
      await log.append(event(next, random.pick([10, 1_000, 9_000])), names);
      for (const name of names) waiting.get(name)?.push(next);
      next += 1;
      if (!random.chance(0.5)) continue;
      const name = random.pick(['a', 'b']);
      assert.deepEqual(drain(log.cursor(name)), waiting.get(name), `seed ${seed}, run ${run}`);
      waiting.set(name, []);
    }
    await log.close();
  }
});
