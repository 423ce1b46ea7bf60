// Runs the compiled test files with node:test. `node test/run.mjs [FILTER...]` runs those whose path contains a FILTER.
// A runner of our own because Node 20's `--test` knows no globs and Node 22's no folders.
import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { fileURLToPath } from 'node:url';

const built = join(dirname(fileURLToPath(import.meta.url)), '..', '.build', 'test');
const filters = process.argv.slice(2);
const files = readdirSync(built, { recursive: true })
  .filter((name) => name.endsWith('.test.js'))
  .map((name) => join(built, name))
  .filter((file) => filters.length === 0 || filters.some((filter) => file.includes(filter)))
  .sort();

if (files.length === 0) {
  process.stderr.write(`no test file matches ${filters.join(' ')}\n`);
  process.exit(1);
}

const results = run({ files, concurrency: 3, timeout: 120_000 });
results.on('test:fail', (data) => {
  if (data.todo === undefined || data.todo === false) process.exitCode = 1;
});
results.compose(spec).pipe(process.stdout);
