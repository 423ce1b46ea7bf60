// The bridge's port with nothing behind it: `node event-route.mjs CHECKOUT`. A report is admitted, read and answered 204.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { freePort } from '../support/free-port.mjs';

const load = async (file) => await import(pathToFileURL(join(process.argv[2], 'dist', file)).href);
const { Port } = await load('port/port.js');
const { readConfig } = await load('config/load.js');
const { silentLogger: logger } = await load('support/logger.js');

const port = await freePort();
const { config } = readConfig(JSON.stringify({ port, server_list: {} }), { file: 'config.yml', env: {} });
const taken = Promise.resolve({ kind: 'taken' });
const bots = { report: () => taken };
await new Port({ config: config.port, bots, calls: undefined, applications: undefined, logger }).start();
console.log(JSON.stringify({ port }));
process.stdin.resume().on('end', () => process.exit());
