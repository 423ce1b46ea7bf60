// What every scenario needs: free ports, child processes that end with it, waiting, and checks that are counted.
import { execFile, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { root } from './install.mjs';
import { commandOf } from './programs.mjs';

/** Counts checks over all scenarios. */
export const tally = { passed: 0, failed: 0 };

export function check(name, good, figures = '') {
  tally[good ? 'passed' : 'failed'] += 1;
  process.stdout.write(`  ${good ? 'ok  ' : 'FAIL'} ${name}${figures === '' ? '' : `: ${figures}`}\n`);
}

/** Waits until `ready` is true; false at the deadline. */
export async function until(ready, deadlineMs = 60_000) {
  const end = performance.now() + deadlineMs;
  while (!(await ready())) {
    if (performance.now() > end) return false;
    await delay(10);
  }
  return true;
}

/** A loopback port below the range of outgoing connections that nothing listens on. */
export async function freePort() {
  for (;;) {
    const port = 15_000 + Math.floor(Math.random() * 17_000);
    const free = await new Promise((resolve) => {
      const server = createServer();
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
    });
    if (free) return port;
  }
}

async function listens(port) {
  return await new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(socket.destroy() !== undefined));
    socket.once('error', () => resolve(false));
  });
}

/** One child process; its JSON lines are in `lines`, all else in `noise`. */
class Child {
  lines = [];
  noise = [];

  constructor({ command, args, env = {}, cwd = root }) {
    this.process = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.exited = new Promise((resolve) => this.process.once('close', (status, signal) => resolve(status ?? signal)));
    for (const stream of [this.process.stdout, this.process.stderr]) {
      createInterface({ input: stream }).on('line', (line) => {
        if (line.startsWith('{"kind"')) this.lines.push(JSON.parse(line));
        else this.noise.push(line);
      });
    }
  }

  of(kind) {
    return this.lines.filter((line) => line.kind === kind);
  }

  get running() {
    return this.process.exitCode === null && this.process.signalCode === null;
  }

  async listening(port) {
    const up = await until(async () => !this.running || (await listens(port)), 60_000);
    if (!up || !this.running) throw new Error(`it does not listen on ${port}:\n${this.noise.join('\n')}`);
  }

  /** Writes a line to the program's input. */
  write(line) {
    if (this.running) this.process.stdin.write(`${line}\n`);
  }

  /** Ends this process alone, by its own id, and gives back its exit status. */
  async end() {
    this.isEnded = true;
    if (this.running) this.process.kill('SIGTERM');
    const patience = setTimeout(() => this.process.kill('SIGKILL'), 10_000);
    const status = await this.exited;
    clearTimeout(patience);
    return status;
  }
}

/** A program on a port of its own, which can be started again there. Its lines are those of all its runs. */
class Program {
  #scope;
  #start;
  #keepsRunning;
  #children = [];

  constructor(scope, { name, port, start, keepsRunning = false }) {
    this.#scope = scope;
    this.name = name;
    this.port = port;
    this.#start = start;
    this.#keepsRunning = keepsRunning;
  }

  async start() {
    const child = this.#spawn();
    if (!this.#keepsRunning) await child.listening(this.port);
    else if (!(await until(() => listens(this.port)))) throw new Error(`${this.name} does not stay on ${this.port}`);
    return this;
  }

  #spawn() {
    const child = this.#scope.own(this.#start());
    this.#children.push(child);
    if (this.#keepsRunning) {
      // Restarts the program, as a service manager does.
      child.process.once('close', () => setTimeout(() => child.isEnded || this.#scope.isOver || this.#spawn(), 500));
    }
    return child;
  }

  /** Writes a line to the input of the current run. */
  write(line) {
    this.#children.at(-1).write(line);
  }

  async restart() {
    await this.end();
    await this.start();
  }

  of(kind) {
    return this.#children.flatMap((child) => child.of(kind));
  }

  /** What the program printed, apart from its JSON lines. */
  get noise() {
    return this.#children.flatMap((child) => child.noise);
  }

  /** Ends the run of now and gives back its exit status. */
  async end() {
    return await this.#children.at(-1).end();
  }
}

/**
 * Starts an application (see programs.mjs). It takes `--name` and `--port`, listens on the port, and prints JSON lines.
 *
 * @param script The program's name in programs.mjs.
 * @param args More options: `{token: 'x'}` becomes `--token x`. `keepsRunning`: the program is started again when it
 *   ends by itself.
 */
export async function application(scope, script, { name, keepsRunning = false, ...args }) {
  const port = await freePort();
  const options = Object.entries({ name, port, ...args }).flatMap(([key, value]) => [`--${key}`, String(value)]);
  const start = () => new Child(commandOf(scope, script, options));
  return await new Program(scope, { name, port, start, keepsRunning }).start();
}

/**
 * Starts the daemon with `config`. Missing ports are filled in. `ctl('servers')` runs a console command,
 * `reload({server_list})` changes settings.
 */
export async function bridge(scope, config) {
  const home = mkdtempSync(join(tmpdir(), 'qqbridge-clients-'));
  const port = config.port ?? (await freePort());
  mkdirSync(join(home, 'config'));
  const file = join(home, 'config', 'config.yml');
  const admin = { port: await freePort() };
  const write = (changed) =>
    writeFileSync(file, JSON.stringify({ host: '127.0.0.1', admin, ...config, ...changed, port }));
  write({});
  scope.after(() => rmSync(home, { recursive: true, force: true }));
  const args = [join(root, 'bin', 'qqbridge.js'), 'run', '-c', file];
  const start = () => new Child({ command: process.execPath, args });
  const daemon = await new Program(scope, { name: 'bridge', port, start }).start();
  const command = (...words) => ctl(file, words);
  const reload = async (changed) => {
    write(changed);
    return await command('reload', 'config');
  };
  return Object.assign(daemon, { ctl: command, reload });
}

/** Runs a console command of the daemon. Returns what it prints. */
async function ctl(file, words) {
  const args = [join(root, 'bin', 'qqbridge.js'), 'ctl', '-c', file, ...words];
  const { stdout } = await promisify(execFile)(process.execPath, args, {
    env: { ...process.env, QQBRIDGE_LANGUAGE: 'en' },
  });
  return stdout;
}

/** Runs one scenario and ends, newest first, whatever it started. */
export async function scenario(name, run) {
  process.stdout.write(`${name}\n`);
  const children = [];
  const undo = [];
  const scope = {
    own: (child) => children.push(child) && child,
    after: (fn) => undo.push(fn),
    isOver: false,
  };
  try {
    await run(scope);
  } catch (error) {
    check('ran to its end', false, error.stack);
    for (const child of children)
      process.stdout.write(
        child.noise
          .slice(-30)
          .map((line) => `    | ${line}\n`)
          .join(''),
      );
  }
  scope.isOver = true;
  for (const child of children.toReversed()) await child.end();
  for (const fn of undo.toReversed()) await fn();
}
