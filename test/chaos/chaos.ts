// Random reloads under load for as long as one wishes: `npm run chaos -- --minutes 10`, or `--seconds 60`. `--seed N` repeats the
// choices of an earlier run. Prints its figures; ends with 1 when something went wrong.
import { parseArgs } from 'node:util';
import { runReloadChaos } from './reload-run.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string' },
    seconds: { type: 'string' },
    seed: { type: 'string' },
    rate: { type: 'string' },
  },
});
const forMs = (Number(values.minutes ?? 0) * 60 + Number(values.seconds ?? 0) || 60) * 1_000;
const seed = Number(values.seed ?? Date.now() % 1_000_000);
const rate = Number(values.rate ?? 300);
if (![forMs, seed, rate].every(Number.isFinite)) {
  console.error('--minutes, --seconds, --seed and --rate take numbers');
  process.exit(2);
}
const cleanups: (() => Promise<void> | void)[] = [];
try {
  const scope = { after: (fn: () => Promise<void> | void) => void cleanups.push(fn) };
  const { complaints, ...figures } = await runReloadChaos(scope, { seed, forMs, rate, print: console.log });
  for (const [name, value] of Object.entries(figures)) console.log(`${name.padEnd(12)} ${JSON.stringify(value)}`);
  for (const complaint of complaints) console.log(`WRONG  ${complaint}`);
  process.exitCode = complaints.length === 0 ? 0 : 1;
} finally {
  for (const cleanup of cleanups.reverse()) await cleanup();
}
