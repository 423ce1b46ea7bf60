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
 * @param {object} build
 * @param {string} build.checkout the folder that has `bin/` and a built `dist/`
 * @param {string} [build.profileDir]
 * @param {string[]} [build.nodeArgs]
 * @param {Record<string, string>} [build.env]
 * @param {object} place
 * @param {string} place.home
 * @param {number} place.sinkPort where the servers are
 * @param {number} place.serverCount
 * @param {'websocket' | 'http'} [place.protocol]
 * @param {object} [place.settings] put into the config
 * @param {object} [place.server] put into each server's entry
 */
export async function startQqbridge({ checkout, profileDir, nodeArgs = [], env = {} }, place) {
  const { home, sinkPort, serverCount, protocol = 'websocket', settings = {}, server = {} } = place;
  const port = await freePort();
  const names = Array.from({ length: serverCount }, (_, n) => `server-${n}`);
  const entry = { protocol, host: '127.0.0.1', port: sinkPort, ...server };
  const config = {
    host: '127.0.0.1',
    port,
    admin: { enabled: false },
    log: { level: 'warn' },
    server_list: Object.fromEntries(names.map((name) => [name, entry])),
    ...settings,
  };
  await mkdir(join(home, 'config'), { recursive: true });
  const configFile = join(home, 'config', 'config.yml');
  await writeFile(configFile, JSON.stringify(config)); // YAML reads JSON.
  const profiling = profileDir === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileDir}`];
  const child = new Child({
    name: 'qqbridge',
    command: process.execPath,
    args: [...profiling, ...nodeArgs, join(checkout, 'bin', 'qqbridge.js'), 'run', '-c', configFile],
    cwd: home,
    env: { HOME: home, ...env }, // None of the caller's QQBRIDGE_ variables.
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
