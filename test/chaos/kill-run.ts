import type { Cleanup } from '../support/cleanup.ts';
import type { ChaosFormOptions } from './chaos-form.ts';
import { KILL_ROUNDS } from './kill-rounds.ts';
import { Random } from './random.ts';
import { inScope } from './scope.ts';

export interface KillFigures {
  readonly rounds: number;
  readonly complaints: readonly string[];
}

/** Kills bridges just after an acknowledgement, one kind of acknowledgement after the other. */
export async function runKillChaos(_t: Cleanup, { seed, forMs, print }: ChaosFormOptions): Promise<KillFigures> {
  const random = new Random(seed);
  const complaints: string[] = [];
  let rounds = 0;
  for (const end = performance.now() + forMs; performance.now() < end; ) {
    for (const { name, run } of random.shuffle(KILL_ROUNDS)) {
      if (performance.now() >= end) break;
      rounds += 1;
      try {
        await inScope((scope) => run(scope, random));
        print(`round ${rounds}: ${name}`);
      } catch (error) {
        complaints.push(`not true after a kill: ${name}: ${error instanceof Error ? error.stack : String(error)}`);
      }
    }
  }
  return { rounds, complaints };
}
