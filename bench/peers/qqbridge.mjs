import { mkdir, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Child } from '../support/child.mjs';
import { freePort } from '../support/free-port.mjs';

/**
 * The real daemon, as it is run, with its defaults: durable log, pings, bounds of the queues. Only the admin listener
 * is off and the log says warnings alone.
 *
 * @param {{ checkout: string, profileDir?: string }} build the folder that has `bin/` and a built `dist/`
 */
export async function startQqbridge({ checkout, profileDir }, { home, sinkPort, serverCount }) {
  const port = await freePort();
  const names = Array.from({ length: serverCount }, (_, n) => `server-${n}`);
  const config = {
    websocket: true,
    host: '127.0.0.1',
    port,
    admin: { enabled: false },
    log: { level: 'warn' },
    server_list: Object.fromEntries(names.map((name) => [name, { host: '127.0.0.1', port: sinkPort }])),
  };
  await mkdir(join(home, 'config'), { recursive: true });
  const configFile = join(home, 'config', 'config.yml');
  await writeFile(configFile, JSON.stringify(config)); // YAML reads JSON.
  const profiling = profileDir === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileDir}`];
  const child = new Child({
    name: 'qqbridge',
    command: process.execPath,
    args: [...profiling, join(checkout, 'bin', 'qqbridge.js'), 'run', '-c', configFile],
    cwd: home,
    env: { HOME: home }, // None of the caller's QQBRIDGE_ variables.
  });
  while (child.isRunning && !(await answers(port))) await delay(20);
  if (!child.isRunning) throw new Error(`qqbridge has ended at its start:\n${child.output}`);
  return { child, port };
}

function answers(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
