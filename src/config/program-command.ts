import { existsSync } from 'node:fs';
import { basename, delimiter, isAbsolute, join, relative } from 'node:path';
import type { Environment } from './environment.ts';

export interface ProgramStart {
  /** The script that Node was told to run, `process.argv[1]`. */
  readonly script: string;
  /** Default `process.env`. */
  readonly env?: Environment;
  /** The working folder. Default `process.cwd()`. */
  readonly cwd?: string;
}

/**
 * The words that start this program again from the current folder, to be followed by a subcommand. With them the user
 * can type each printed command as it is: `node bin/qqbridge.js` in a clone, `npx qqbridge` under `npx`, `qqbridge`
 * where it is installed.
 */
export function programCommand({ script, env = process.env, cwd = process.cwd() }: ProgramStart): string {
  if (env['npm_command'] === 'exec') return 'npx qqbridge';
  const isInstalled = basename(script) !== SCRIPT || /[/\\]node_modules[/\\]/.test(script);
  if (isInstalled && isOnPath(env)) return 'qqbridge';
  const fromHere = relative(cwd, script);
  const path = fromHere === '' || fromHere.startsWith('..') || isAbsolute(fromHere) ? script : fromHere;
  return `node ${/[\s"'$&()]/.test(path) ? JSON.stringify(path) : path}`;
}

const SCRIPT = 'qqbridge.js';

/** npm puts a link into a folder of PATH, or on Windows a `.cmd` file. */
function isOnPath(env: Environment): boolean {
  const folders = (env['PATH'] ?? env['Path'] ?? '').split(delimiter);
  return folders.some((folder) => folder !== '' && LINKS.some((link) => existsSync(join(folder, link))));
}

const LINKS = process.platform === 'win32' ? ['qqbridge.cmd', 'qqbridge.ps1'] : ['qqbridge'];
