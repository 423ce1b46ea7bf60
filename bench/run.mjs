// Runs the benchmarks: `npm run bench`, or `npm run bench -- NAME --servers 1,10`. Results go to `bench/results/` too.
// What they measure and what came out: docs/performance.md.
import { mkdir, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { readOptions, USAGE } from './options.mjs';
import { describeTargets } from './support/targets.mjs';

/** In the order they run; each is a folder with a `benchmark.mjs`. */
const NAMES = [
  'fan-out',
  'end-to-end',
  'reports',
  'posts',
  'append',
  'slow-disk',
  'large-events',
  'latency',
  'calls',
  'many-bots',
  'memory',
  'seed',
  'curves',
];

async function main() {
  const options = readOptions(process.argv.slice(2));
  const unknown = options.names.find((name) => !NAMES.includes(name));
  if (unknown !== undefined) throw new TypeError(`there is no benchmark ${unknown}, only ${NAMES.join(', ')}`);

  const startedAt = new Date();
  const machine = { node: process.version, platform: process.platform, cpus: cpus().length, cpu: cpus()[0]?.model };
  const results = {};
  for (const name of options.names.length > 0 ? options.names : NAMES) {
    const { run, summary } = await import(`./${name}/benchmark.mjs`);
    options.say(`\n# ${name}: ${summary}`);
    const begunAt = Date.now();
    results[name] = await run(options);
    options.say(`\n${name} took ${((Date.now() - begunAt) / 1_000).toFixed(0)} s`);
  }
  const targets = Object.values(results).flatMap(({ targets: own }) => own ?? []);
  options.say(`\n# targets\n\n${describeTargets(targets)}`);
  const { rounds, ms } = options;
  const report = { startedAt, machine, options: { rounds, ms }, results };
  const folder = join(import.meta.dirname, 'results');
  await mkdir(folder, { recursive: true });
  const file = join(folder, `${startedAt.toISOString().replaceAll(':', '-')}.json`);
  await writeFile(file, JSON.stringify(report, undefined, 2));
  if (options.json) console.log(JSON.stringify(report));
  options.say(`\n${((Date.now() - startedAt) / 1_000).toFixed(0)} s, written to ${file}`);
  return Object.values(results).some(({ failed }) => failed) ? 1 : 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof TypeError) || error.code === undefined) console.error(error);
  else console.error(`${error.message}\n\n${USAGE}`);
  process.exitCode = 2;
}
