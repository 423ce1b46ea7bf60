import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failOnLeaks } from '../support/leaks.ts';
import { runReloadChaos } from './reload-run.ts';

failOnLeaks();

test('random reloads under load lose nothing, keep the order and ask for no restart', async (t) => {
  const seed = Number(process.env['QQBRIDGE_CHAOS_SEED'] ?? Date.now() % 1_000_000);
  const { complaints, ...figures } = await runReloadChaos(t, {
    seed,
    forMs: 3_000,
    rate: 200,
    print: (line) => t.diagnostic(line),
  });
  t.diagnostic(JSON.stringify(figures));
  assert.deepEqual(complaints, [], `npm run chaos -- --only reload --seed ${seed}`);
  assert.ok(figures.promised > 50, 'there was load');
});
