import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { check } from '../harness.mjs';
import { root } from '../install.mjs';

export const title = 'the alert rules in Prometheus itself (promtool)';

export async function run() {
  for (const args of [
    ['check', 'rules', join(root, 'deploy', 'prometheus-alerts.yml')],
    ['test', 'rules', join(root, 'deploy', 'prometheus-alerts.test.yml')],
  ]) {
    const { good, said } = promtool(args);
    check(`promtool ${args.slice(0, 2).join(' ')}`, good, good ? '' : said);
  }
}

function promtool(args) {
  try {
    return { good: true, said: execFileSync('promtool', args, { encoding: 'utf8', timeout: 60_000 }) };
  } catch (error) {
    return { good: false, said: `${error.stdout ?? ''}${error.stderr ?? ''}${error.message}` };
  }
}
