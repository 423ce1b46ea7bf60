// Brings the real clients into `.clients/` of the repository: from PyPI into virtual environments, from npm, and built with
// Go, Cargo and Maven. What is there already and made from the same files stays.
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

/** An installation may take this long; then something hangs. */
const PATIENCE_MS = 10 * 60_000;

/** What there is to install, each with the files that say what it is, and how it is made in the folder given. */
const PARTS = {
  // In two environments, because melobot insists on an older websockets than NoneBot2.
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

/** Where the parts of one name are. */
export const partDir = (name) => join(clients, name);

/** The Python of one of the virtual environments. */
export function pythonOf(part) {
  return join(clients, part, process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
}

/** Installs all parts at once, or only those named. Fails when one of them does. */
export async function install(names = Object.keys(PARTS)) {
  mkdirSync(clients, { recursive: true });
  const began = performance.now();
  const made = await Promise.all(names.map((name) => unlessStamped(name, PARTS[name])));
  if (made.includes(true)) process.stdout.write(`installed in ${seconds(began)}\n`);
}

/** Makes a part anew unless it was made from files with the same contents; whether it was made. */
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

/** Runs a command to its end; what it prints is seen. */
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
