// The command line of an application: `--name lobby --port 5701`. The folder with its packages comes in CLIENTS_NPM.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const string = { type: 'string' };

export const options = parseArgs({
  options: { name: string, port: string, self_id: string, token: string, url: string, api: string },
}).values;

/** Loads a package of the applications. */
export const require = createRequire(join(process.env.CLIENTS_NPM, 'package.json'));

export function say(kind, values) {
  process.stdout.write(`${JSON.stringify({ kind, ...values })}\n`);
}
