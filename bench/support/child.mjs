import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * A process of the benchmark. Those of our own speak JSON lines: a question on stdin, its answer on stdout. They end
 * when stdin does, so that none outlives a run that was killed.
 */
export class Child {
  #name;
  #process;
  #exited;
  #lines = [];
  #onLine;
  #errors = '';

  /** @param {{ name: string, command: string, args: string[], cwd?: string, env?: object }} options */
  constructor({ name, command, args, cwd, env }) {
    this.#name = name;
    this.#process = spawn(command, args, { cwd, env, stdio: ['pipe', 'pipe', 'pipe'] });
    this.#process.stdin.on('error', () => {}); // A process that has gone is told by its exit.
    this.#process.stderr.on('data', (text) => {
      this.#errors = (this.#errors + text).slice(-4000);
    });
    createInterface({ input: this.#process.stdout }).on('line', (line) => {
      this.#lines.push(line);
      this.#onLine?.();
    });
    running.add(this);
    this.#process.once('exit', () => running.delete(this));
    this.#exited = once(this.#process, 'exit').finally(() => this.#onLine?.());
    this.#exited.catch(() => {}); // A command that can't be started is told by `answer`.
  }

  get pid() {
    return this.#process.pid;
  }

  get isRunning() {
    return this.#process.pid !== undefined && this.#process.exitCode === null && this.#process.signalCode === null;
  }

  /** The last of what it printed on stderr, and stdout where that is not JSON lines. */
  get output() {
    return [...this.#lines, this.#errors].join('\n');
  }

  /** The next line it prints, read as JSON. */
  async answer(deadlineMs = 60_000) {
    const deadline = AbortSignal.timeout(deadlineMs);
    while (this.#lines.length === 0) {
      if (!this.isRunning) throw new Error(`${this.#name} has ended: ${this.#errors}`);
      if (deadline.aborted) throw new Error(`${this.#name} gave no answer in ${deadlineMs} ms: ${this.#errors}`);
      await new Promise((resolve) => {
        this.#onLine = resolve;
        deadline.onabort = resolve;
      });
    }
    return JSON.parse(this.#lines.shift());
  }

  async ask(question, deadlineMs) {
    this.#process.stdin.write(`${JSON.stringify(question)}\n`);
    return await this.answer(deadlineMs);
  }

  /** Ends it in order, by force after 15 s. */
  async stop() {
    if (!this.isRunning) return;
    this.#process.kill('SIGTERM');
    await Promise.race([this.#exited, delay(15_000, undefined, { ref: false })]);
    if (!this.isRunning) return;
    this.#process.kill('SIGKILL');
    await this.#exited;
  }

  /** At once; for a run that ends before its time. */
  kill() {
    this.#process.kill('SIGKILL');
  }

  /** Processor time of all its threads so far, microseconds; NaN where the system has no /proc. */
  get cpuMicros() {
    const stat = readProc(`/proc/${this.pid}/stat`);
    // Behind the command's name, which may hold blanks, utime and stime of proc(5) are the 12th and 13th, in 1/100 s.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) * 10_000;
  }

  /** Resident memory in MiB: all of it, and without the pages of mapped files (LMDB's map), which the system may drop. */
  get memory() {
    const status = readProc(`/proc/${this.pid}/status`);
    const mib = (field) => Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) / 1024;
    return { rssMib: mib('VmRSS'), anonymousMib: mib('RssAnon') };
  }
}

const running = new Set();
process.on('exit', () => {
  for (const child of running) child.kill();
});
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(1));

function readProc(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return ''; // Not Linux, or the process has gone: the figures become NaN.
  }
}
