import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failOnLeaks } from '../support/leaks.ts';
import { runChaos } from './chaos-run.ts';

failOnLeaks();

test('under faults nothing that was promised is lost, changed or out of order', async (t) => {
  const seed = Number(process.env['QQBRIDGE_CHAOS_SEED'] ?? Date.now() % 1_000_000);
  const { complaints, ...figures } = await runChaos(t, {
    seed,
    forMs: 10_000,
    rate: 300,
    print: (line) => t.diagnostic(line),
  });
  t.diagnostic(JSON.stringify(figures));
  assert.deepEqual(complaints, [], `seed ${seed}: QQBRIDGE_CHAOS_SEED=${seed} node test/run.mjs chaos`);
  const { lost, corrupt, outOfOrder } = figures;
  assert.deepEqual({ lost, corrupt, outOfOrder }, { lost: 0, corrupt: 0, outOfOrder: 0 });
  assert.ok(figures.promised > 100, 'there was load');
});
