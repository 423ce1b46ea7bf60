// Runs the chaos forms for any length of time; see README.md beside this file. Prints the seeds and the verdict, and
// exits with 1 when something went wrong.
import { parseArgs } from 'node:util';
import type { Cleanup } from '../support/cleanup.ts';
import type { ChaosFormOptions, ChaosReport } from './chaos-form.ts';
import { runHostileChaos } from './hostile-run.ts';
import { runKillChaos } from './kill-run.ts';
import { runReloadChaos } from './reload-run.ts';
import { inScope } from './scope.ts';

const CHAOS_FORMS = {
  reload: runReloadChaos,
  hostile: runHostileChaos,
  kill: runKillChaos,
} satisfies Record<string, (t: Cleanup, options: ChaosFormOptions) => Promise<ChaosReport>>;
type ChaosFormName = keyof typeof CHAOS_FORMS;

const names = Object.keys(CHAOS_FORMS) as ChaosFormName[];
const { values } = parseArgs({
  options: {
    minutes: { type: 'string' },
    seconds: { type: 'string' },
    seed: { type: 'string' },
    rate: { type: 'string' },
    only: { type: 'string' },
  },
});
const forMs = (numberIn('minutes', 0) * 60 + numberIn('seconds', 0) || 60) * 1_000;
const firstSeed = numberIn('seed', Date.now() % 1_000_000);
const rate = numberIn('rate', 300);
const forms = names.filter((name) => values.only === undefined || name === values.only);
if (forms.length === 0) refuse(`--only takes ${names.join(', ')}`);

// Each form runs for its share of the time, in turns of at most a minute, each with its own seed. So both long-lived
// and short-lived bridges are tested.
const turns = Math.max(1, Math.ceil(forMs / forms.length / 60_000));
const turnMs = forMs / forms.length / turns;
const startedAt = performance.now();
const wrong: string[] = [];
for (let turn = 0; turn < turns; turn += 1) {
  for (const form of forms) await runTurn(form, firstSeed + turn);
}
const seeds = turns === 1 ? `seed ${firstSeed}` : `seeds ${firstSeed} to ${firstSeed + turns - 1}`;
console.log(wrong.length === 0 ? `VERDICT ${seeds}: all is well` : `VERDICT ${seeds}: WRONG\n  ${wrong.join('\n  ')}`);
process.exitCode = wrong.length === 0 ? 0 : 1;

async function runTurn(form: ChaosFormName, seed: number): Promise<void> {
  say(`${form}, seed ${seed}, for ${Math.round(turnMs / 1_000)} s`);
  const options = { seed, forMs: turnMs, rate, print: say };
  const { complaints, ...figures } = await inScope(
    async (scope): Promise<ChaosReport> => await CHAOS_FORMS[form](scope, options),
  ).catch(
    (error: unknown): ChaosReport => ({ complaints: [error instanceof Error ? `${error.stack}` : String(error)] }),
  );
  say(`${form}, seed ${seed}: ${complaints.length === 0 ? 'well' : 'WRONG'} ${JSON.stringify(figures)}`);
  for (const complaint of complaints) console.log(`WRONG  ${complaint}`);
  const again = `npm run chaos -- --only ${form} --seed ${seed} --seconds ${Math.ceil(turnMs / 1_000)} --rate ${rate}`;
  if (complaints.length > 0) wrong.push(again);
}

function say(line: string): void {
  console.log(`${String(Math.round((performance.now() - startedAt) / 1_000)).padStart(5)} s  ${line}`);
}

function numberIn(name: 'minutes' | 'seconds' | 'seed' | 'rate', preset: number): number {
  const text = values[name];
  const number = text === undefined ? preset : Number(text);
  return Number.isFinite(number) && number >= 0 ? number : refuse(`--${name} ${text}: not a number`);
}

function refuse(reason: string): never {
  console.error(reason);
  process.exit(2);
}
