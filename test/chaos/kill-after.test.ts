import { describe, test } from 'node:test';
import { failOnLeaks } from '../support/leaks.ts';
import { KILL_ROUNDS } from './kill-rounds.ts';
import { Random } from './random.ts';

failOnLeaks();

const seed = Number(process.env['QQBRIDGE_CHAOS_SEED'] ?? Date.now() % 1_000_000);
/**
 * Each round starts the daemon twice. A test runs a few rounds, and other ones each time; `npm run chaos` runs all of
 * them.
 */
const ROUNDS = 4;

describe('when the bridge is killed within 100 ms of an acknowledgement', { concurrency: 3 }, () => {
  for (const { name, run } of new Random(seed).shuffle(KILL_ROUNDS).slice(0, ROUNDS)) {
    test(name, async (t) => {
      t.diagnostic(`npm run chaos -- --only kill --seed ${seed}`);
      await run(t, new Random(seed));
    });
  }
});
