// The package as a stranger gets it: `npm run test:release [-- MAJOR...]` packs it, installs the tarball from the registry beside each
// supported Node (the npm package `node`), and runs it there with npx: version, help, schema, check, and a daemon that takes an event in,
// delivers it and stops with 0. What can't be installed fails the run.
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Installed } from './installed.mjs';
import { run } from './processes.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** The Node versions that are supported; the workflow of CI runs on the same, which a test holds it to. */
const SUPPORTED = [20, 22, 24, 26];
const IN_THE_PACKAGE =
  /^((bin|dist|config|deploy|docs)\/|package\.json$|compose\.yaml$|README(\.zh-CN)?\.md$|[A-Z]+\.md$|LICENSE$)/;
const MAX_TARBALL_BYTES = 1024 * 1024;

const asked = process.argv.slice(2).map(Number);
const tally = { passed: 0, failed: 0 };
const folder = await mkdtemp(join(tmpdir(), 'qqbridge-release-'));
try {
  const tarball = await pack();
  for (const major of asked.length > 0 ? asked : SUPPORTED) {
    const installed = new Installed({ folder: join(folder, `node-${major}`), tarball, major });
    await step(`Node ${major}: the tarball can be installed`, () => installed.install());
    for (const [title, check] of installed.checks(manifest)) await step(`Node ${major}: ${title}`, check);
  }
} catch (error) {
  tally.failed += 1;
  process.stdout.write(`  FAILED  ${error.message}\n`);
} finally {
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
}
process.stdout.write(`${tally.passed} passed, ${tally.failed} failed\n`);
process.exitCode = tally.failed === 0 && tally.passed > 0 ? 0 : 1;

async function pack() {
  const { output } = await run('npm', ['pack', '--json', '--pack-destination', folder], { cwd: root });
  // What the build in `prepare` prints comes before.
  const parsed = JSON.parse(output.slice(output.search(/^[[{]/m)));
  const [packed] = Object.values(parsed);
  const { filename, size, unpackedSize, files } = packed;
  await step(`the tarball is small: ${kib(size)}, ${kib(unpackedSize)} unpacked, ${files.length} files`, () => {
    if (size > MAX_TARBALL_BYTES) throw new Error(`it has ${size} bytes`);
    const strange = files.map(({ path }) => path).filter((path) => !IN_THE_PACKAGE.test(path));
    if (strange.length > 0) throw new Error(`these do not belong there: ${strange.join(', ')}`);
  });
  return join(folder, filename);
}

async function step(title, check) {
  try {
    await check();
    tally.passed += 1;
    process.stdout.write(`  ok      ${title}\n`);
  } catch (error) {
    tally.failed += 1;
    process.stdout.write(`  FAILED  ${title}: ${error.message}\n`);
  }
}

function kib(bytes) {
  return `${Math.round(bytes / 1024)} KiB`;
}
