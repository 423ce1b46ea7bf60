// The dashboard in a real Chromium: `npm run test:browser [-- --shots FOLDER]`. It installs the browser where that is missing, and fails
// where it can't. `--shots` keeps a picture of each view.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { install, launch } from './chromium.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const [flag, shotsDir] = process.argv.slice(2);
if (flag !== undefined && (flag !== '--shots' || shotsDir === undefined)) {
  process.stderr.write('usage: node test/browser/run.mjs [--shots FOLDER]\n');
  process.exit(2);
}

const tally = { passed: 0, failed: 0 };
const undo = [];

/** One check. Those after it go on with what it has left. */
async function check(name, run) {
  try {
    await run();
    tally.passed += 1;
    process.stdout.write(`  ok   ${name}\n`);
  } catch (error) {
    tally.failed += 1;
    process.stdout.write(`  FAIL ${name}\n${error.stack}\n`);
  }
}

let browser;
try {
  if (!existsSync(join(root, 'dist', 'dashboard', 'index.html'))) throw new Error('it is not built: npm run build');
  install();
  // The fakes are those of the other tests.
  execFileSync(process.execPath, [join(root, 'node_modules', 'typescript', 'bin', 'tsc')], {
    cwd: root,
    stdio: 'inherit',
  });
  if (shotsDir !== undefined) mkdirSync(shotsDir, { recursive: true });
  const { runViews } = await import('./views.mjs');
  browser = await launch();
  await runViews({ browser, check, shotsDir, scope: { after: (end) => undo.push(end) } });
} catch (error) {
  await check('the browser and the stage are there', () => {
    throw error;
  });
} finally {
  await browser?.close();
  for (const end of undo.reverse()) await end();
}
process.stdout.write(`${tally.passed} passed, ${tally.failed} failed\n`);
process.exit(tally.failed === 0 && tally.passed > 0 ? 0 : 1);
