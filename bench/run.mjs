// Runs the benchmarks: `npm run bench`, or `npm run bench -- NAME --servers 1,10`. Results go to `bench/results/` too.
// What they measure and what came out: docs/performance.md.
import { mkdir, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import * as endToEnd from './end-to-end/benchmark.mjs';
import { readOptions, USAGE } from './options.mjs';

const BENCHMARKS = [endToEnd];

async function main() {
  const options = readOptions(process.argv.slice(2));
  const known = BENCHMARKS.map(({ name }) => name);
  const unknown = options.names.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new TypeError(`there is no benchmark ${unknown}, only ${known.join(', ')}`);

  const startedAt = new Date();
  const machine = { node: process.version, platform: process.platform, cpus: cpus().length, cpu: cpus()[0]?.model };
  const results = {};
  for (const { name, summary, run } of BENCHMARKS) {
    if (options.names.length > 0 && !options.names.includes(name)) continue;
    options.say(`${name}: ${summary}`);
    results[name] = await run(options);
  }
  const { rounds, ms, connections } = options;
  const report = { startedAt, machine, options: { rounds, ms, connections }, results };
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
