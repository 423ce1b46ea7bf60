// The chaos run for as long as one wishes: `npm run soak -- --minutes 10`, or `--seconds 60`. `--seed N` repeats the
// choices of an earlier run. With `--servers 200 --dead 150 --rate 1000` no faults, but that crowd and that load, and
// an eye on the memory. Prints its figures; ends with 1 when something went wrong.
import { parseArgs } from 'node:util';
import { runChaos } from './chaos-run.ts';
import { runFlat } from './flat-run.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string' },
    seconds: { type: 'string' },
    seed: { type: 'string' },
    rate: { type: 'string' },
    servers: { type: 'string' },
    dead: { type: 'string' },
  },
});
const given = { minutes: numberIn('minutes', 0), seconds: numberIn('seconds', 0) };
const forMs = (given.minutes * 60 + given.seconds || 60) * 1_000;
const cleanups: (() => Promise<void> | void)[] = [];
const scope = { after: (fn: () => Promise<void> | void) => void cleanups.push(fn) };
const startedAt = Date.now();
const print = (line: string) =>
  console.log(`${String(Math.round((Date.now() - startedAt) / 1_000)).padStart(5)} s  ${line}`);

try {
  const servers = numberIn('servers', 0);
  const figures =
    servers > 0
      ? await runFlat(scope, { forMs, servers, dead: numberIn('dead', 0), rate: numberIn('rate', 1_000), print })
      : await runChaos(scope, {
          forMs,
          seed: numberIn('seed', Date.now() % 1_000_000),
          rate: numberIn('rate', 500),
          print,
        });
  for (const [name, value] of Object.entries(figures)) {
    if (name !== 'complaints') console.log(`${name.padEnd(12)} ${JSON.stringify(value)}`);
  }
  for (const complaint of figures.complaints) console.log(`WRONG  ${complaint}`);
  process.exitCode = figures.complaints.length === 0 ? 0 : 1;
} finally {
  for (const cleanup of cleanups.reverse()) await cleanup();
}

function numberIn(name: keyof typeof values, preset: number): number {
  const text = values[name];
  const number = text === undefined ? preset : Number(text);
  if (Number.isFinite(number) && number >= 0) return number;
  console.error(`--${name} ${text}: not a number`);
  process.exit(2);
}
