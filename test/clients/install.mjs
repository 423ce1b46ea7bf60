// Brings the real clients into `.clients/` of the repository: aiocqhttp from PyPI into a virtual environment, koishi from
// npm. What is there already and made from the same lock files stays.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));
export const root = join(here, '..', '..');
const clients = join(root, '.clients');

/** The Python that has aiocqhttp. */
export const python = join(clients, 'python', process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python');
/** The folder whose `node_modules` has koishi. */
export const npmDir = join(clients, 'npm');

export function install() {
  mkdirSync(clients, { recursive: true });
  unlessStamped(join(clients, 'python'), [join(here, 'python', 'requirements.txt')], (dir) => {
    run('python3', ['-m', 'venv', dir]);
    run(python, ['-m', 'pip', 'install', '--quiet', '--no-input', '-r', join(here, 'python', 'requirements.txt')]);
  });
  const manifests = ['package.json', 'package-lock.json'].map((name) => join(here, 'npm', name));
  unlessStamped(npmDir, manifests, (dir) => {
    mkdirSync(dir);
    for (const name of ['package.json', 'package-lock.json']) copyFileSync(join(here, 'npm', name), join(dir, name));
    run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], dir);
  });
}

/** Makes `dir` anew with `make` unless it was made from files with the same contents. */
function unlessStamped(dir, inputs, make) {
  const hash = createHash('sha256');
  for (const file of inputs) hash.update(readFileSync(file));
  const stamp = `${hash.digest('hex')} node ${process.version}\n`;
  const stampFile = join(dir, '.stamp');
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return;
  process.stdout.write(`installing ${dir}\n`);
  rmSync(dir, { recursive: true, force: true });
  make(dir);
  writeFileSync(stampFile, stamp);
}

function run(command, args, cwd = root) {
  execFileSync(command, args, { cwd, stdio: ['ignore', 'inherit', 'inherit'], timeout: 10 * 60_000 });
}
