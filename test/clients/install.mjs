// Installs the real clients in `.clients/` of the repository: from PyPI into virtual environments, from npm, and built
// with Go, Cargo and Maven. A part that was made from the same files is kept.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
export const root = join(here, '..', '..');
const clients = join(root, '.clients');

/** An installation that takes longer hangs. */
const PATIENCE_MS = 10 * 60_000;

/** The parts that can be installed: the files that a part is made from, and the function that makes it in a folder. */
const PARTS = {
  // Two environments, because melobot needs an older version of websockets than NoneBot2.
  python: { inputs: ['python/requirements.txt'], make: (dir) => makeVenv(dir, 'python/requirements.txt') },
  frameworks: { inputs: ['frameworks/requirements.txt'], make: (dir) => makeVenv(dir, 'frameworks/requirements.txt') },
  npm: { inputs: ['npm/package.json', 'npm/package-lock.json'], make: makeNpm },
  go: {
    inputs: ['go'],
    make: (dir) => run('go', ['build', '-o', `${dir}/`, './...'], { cwd: join(here, 'go'), env: { CGO_ENABLED: '0' } }),
  },
  java: { inputs: ['java'], make: makeJava },
  rust: {
    inputs: ['rust'],
    make: (dir) => run('cargo', ['build', '--locked', '--quiet', '--target-dir', dir], { cwd: join(here, 'rust') }),
  },
};

/** The folder whose `node_modules` has koishi. */
export const npmDir = join(clients, 'npm');

/** The folder of a part. */
export const partDir = (name) => join(clients, name);

/** The Python of a virtual environment. */
export function pythonOf(part) {
  return join(clients, part, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
}

/** Installs all parts, or the named ones. Fails when one of them fails. */
export async function install(names = Object.keys(PARTS)) {
  mkdirSync(clients, { recursive: true });
  const began = performance.now();
  const made = await Promise.all(names.map((name) => unlessStamped(name, PARTS[name])));
  if (made.includes(true)) process.stdout.write(`installed in ${seconds(began)}\n`);
}

/** Makes a part, unless it was made from files with the same contents. Returns whether it was made. */
async function unlessStamped(name, { inputs, make }) {
  const dir = join(clients, name);
  const hash = createHash('sha256');
  for (const file of inputs.flatMap((input) => filesOf(join(here, input)))) hash.update(readFileSync(file));
  const stamp = `${hash.digest('hex')} node ${process.version}\n`;
  const stampFile = join(dir, '.stamp');
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return false;
  const began = performance.now();
  process.stdout.write(`installing ${dir}\n`);
  rmSync(dir, { recursive: true, force: true });
  mkdirSync(dir);
  await make(dir);
  writeFileSync(stampFile, stamp);
  process.stdout.write(`installed ${dir} in ${seconds(began)}\n`);
  return true;
}

function filesOf(path) {
  if (!statSync(path).isDirectory()) return [path];
  const entries = readdirSync(path, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

async function makeVenv(dir, requirements) {
  await run('python3', ['-m', 'venv', dir]);
  const python = join(dir, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
  await run(python, ['-m', 'pip', 'install', '--quiet', '--no-input', '-r', join(here, requirements)]);
}

async function makeNpm(dir) {
  for (const name of ['package.json', 'package-lock.json']) copyFileSync(join(here, 'npm', name), join(dir, name));
  await run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: dir });
}

async function makeJava(dir) {
  cpSync(join(here, 'java'), dir, { recursive: true });
  const goals = ['compile', 'dependency:copy-dependencies', '-DincludeScope=runtime'];
  await run('mvn', ['--quiet', '--batch-mode', ...goals], { cwd: dir });
}

/** Runs a command to its end, and shows what it prints. */
async function run(command, args, { cwd = root, env = {} } = {}) {
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'inherit', 'inherit'],
    timeout: PATIENCE_MS,
  });
  await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (status, signal) => {
      if (status === 0) resolve();
      else reject(new Error(`${command} ${args.join(' ')} ended with ${status ?? signal}`));
    });
  });
}

function seconds(began) {
  return `${((performance.now() - began) / 1000).toFixed(0)} s`;
}
