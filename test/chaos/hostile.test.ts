import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failOnLeaks } from '../support/leaks.ts';
import { runHostileChaos } from './hostile-run.ts';

failOnLeaks();

test('with a heap of 128 MiB the bridge outlives bad peers on all sides, and good ones beside them lose nothing', async (t) => {
  const seed = Number(process.env['QQBRIDGE_CHAOS_SEED'] ?? Date.now() % 1_000_000);
  const print = (line: string) => t.diagnostic(line);
  const { complaints, ...figures } = await runHostileChaos(t, { seed, forMs: 4_000, rate: 100, print });
  t.diagnostic(JSON.stringify(figures));
  assert.deepEqual(complaints, [], `npm run chaos -- --only hostile --seed ${seed}`);
  assert.ok(figures.promised > 10, 'there was load');
});
