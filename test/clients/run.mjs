// Real applications behind the bridge: `node test/clients/run.mjs [SCENARIO...]`. See README.md.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { check, scenario, tally } from './harness.mjs';
import { install, root } from './install.mjs';
import { modes } from './modes.mjs';

const scenarios = [
  'aiocqhttp-websocket',
  'aiocqhttp-http',
  'qqapi',
  'koishi',
  'h2c',
  'onebots-posted',
  'one-address',
  'refusals',
  'terminal',
];
const names = [...scenarios, ...Object.keys(modes)];
const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !names.includes(name));
if (unknown.length > 0) {
  process.stderr.write(`no scenario ${unknown.join(', ')}; there are ${names.join(', ')}\n`);
  process.exit(2);
}

try {
  if (!existsSync(join(root, 'dist', 'cli.js'))) throw new Error('the daemon is not built: npm run build');
  await install();
  for (const name of asked.length > 0 ? asked : names) {
    const { title, run } = modes[name] ?? (await import(`./scenarios/${name}.mjs`));
    await scenario(title, run);
  }
} catch (error) {
  check('the clients are installed', false, error.message);
}
process.stdout.write(`${tally.passed} passed, ${tally.failed} failed\n`);
process.exitCode = tally.failed === 0 && tally.passed > 0 ? 0 : 1;
