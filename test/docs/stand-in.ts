/**
 * Stands in for the programs that the pages use and a test can't: `node stand-in.js NAME ARGUMENT...`. Of those that would install, or need a
 * daemon of theirs, it checks the arguments against the files of the repository; what comes to `qqbridge` in the end is run.
 */
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { ROOT } from './pages.ts';

type StandIn = (args: readonly string[]) => number;

const standIns: Readonly<Record<string, StandIn>> = {
  sudo: ([program = '', ...args]) => run(program, args),
  node: (args) => qqbridge(args),
  npx: ([program, ...args]) => {
    if (program !== 'qqbridge') return refuse(`npx ${program}`);
    // That is the daemon which the test has started.
    return args.length === 0 ? 0 : qqbridge([join(ROOT, 'bin/qqbridge.js'), ...args]);
  },
  npm: ([verb = '', name = '']) => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { scripts: object };
    const known = verb === 'ci' || verb === 'audit' || (verb === 'run' ? name : verb) in scripts;
    return known ? 0 : refuse(`npm ${verb} ${name}`);
  },
  // In the words that the pages use; not every machine with Node has them.
  openssl: (args) => {
    if (args.join(' ') !== 'rand -hex 24') return refuse(`openssl ${args.join(' ')}`);
    process.stdout.write(`${randomBytes(24).toString('hex')}\n`);
    return 0;
  },
  curl: ([flags = '', url = '', option, header = '']) => {
    if (!/^-f?s$/.test(flags) || (option !== undefined && option !== '-H')) return refuse(`curl ${flags} ${option}`);
    return run(process.execPath, ['--input-type=module', '--eval', CURL, url, header, flags]);
  },
  git: (args) => (args.join(' ') === 'pull' ? 0 : refuse(`git ${args.join(' ')}`)),
  chown: ([owner = '', path = '']) => (/^\d+$/.test(owner) && existsSync(path) ? 0 : refuse(`chown ${owner} ${path}`)),
  journalctl: ([option, unit = '']) => (option === '-u' && hasUnit(unit) ? 0 : refuse(`journalctl -u ${unit}`)),
  systemctl: ([verb = '', ...args]) => {
    if (verb === 'daemon-reload') return 0;
    const known = ['enable', 'reload', 'restart', 'start', 'status', 'stop'].includes(verb);
    return known && hasUnit(args.at(-1) ?? '') ? 0 : refuse(`systemctl ${verb} ${args.join(' ')}`);
  },
  docker: ([group, verb = '', ...args]) => {
    const words = args.filter((word, at) => !/^-/.test(word) && !/^(-s|--tail)$/.test(args[at - 1] ?? ''));
    const [service, ...command] = words;
    const known = ['exec', 'kill', 'logs', 'stop', 'up'].includes(verb) && (verb === 'up' || service !== undefined);
    if (group !== 'compose' || !known || (service !== undefined && !hasService(service))) {
      return refuse(`docker ${group} ${verb} ${args.join(' ')}`);
    }
    if (verb !== 'exec') return 0;
    // In the image the program lies in the working folder.
    return command[0] === 'node'
      ? qqbridge([join(ROOT, command[1] ?? ''), ...command.slice(2)])
      : refuse(words.join(' '));
  },
};

const CURL = `
  const [url, header, flags] = process.argv.slice(1);
  const response = await fetch(url, { headers: header === '' ? [] : [header.split(/: (.*)/, 2)] });
  process.stdout.write(await response.text());
  process.exitCode = flags.includes('f') && response.status >= 400 ? 22 : 0;
`;

function run(program: string, args: readonly string[]): number {
  return spawnSync(program, args, { stdio: 'inherit' }).status ?? 127;
}

/** `check` ends with 1 where a server of an example is not there: it has been run, and that is what it says. */
function qqbridge(args: readonly string[]): number {
  const status = run(process.execPath, args);
  return status === 1 && args.includes('check') ? 0 : status;
}

function hasUnit(name: string): boolean {
  return existsSync(join(ROOT, 'deploy', /\.\w+$/.test(name) ? name : `${name}.service`));
}

function hasService(name: string): boolean {
  const { services } = load(readFileSync(join(ROOT, 'compose.yaml'), 'utf8')) as { services: object };
  return name in services;
}

function refuse(what: string): number {
  process.stderr.write(`no page may ask for: ${what}\n`);
  return 127;
}

export const STAND_INS = Object.keys(standIns);

const [, file = '', name = '', ...args] = process.argv;
if (file.endsWith('stand-in.js')) process.exitCode = standIns[name]?.(args) ?? refuse(name);
