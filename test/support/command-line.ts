import { type ChildProcess, spawn } from 'node:child_process';
import type { Cleanup } from './cleanup.ts';
import { launcher } from './daemon.ts';
import { Inbox } from './inbox.ts';

/** One run of `bin/qqbridge.js` that is no daemon. */
export class CommandLine {
  readonly lines = new Inbox<string>('lines of the command');
  readonly errors: string[] = [];
  /** The exit status; null when a signal ended it. */
  readonly ended: Promise<number | null>;
  readonly #child: ChildProcess;

  constructor(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
    const child = spawn(process.execPath, [launcher(), ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { PATH: process.env['PATH'] ?? '', ...env },
    });
    let rest = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) this.lines.push(line);
    });
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => this.errors.push(chunk));
    this.ended = new Promise((resolve) => child.once('close', resolve));
    this.#child = child;
  }

  get output(): string {
    return this.lines.all.join('\n');
  }

  interrupt(): void {
    this.#child.kill('SIGINT');
  }

  /** Reads nothing more, as `| head` does. */
  closeOutput(): void {
    this.#child.stdout?.destroy();
  }
}

/** Runs `qqbridge` with those arguments to its end. */
export async function runCommandLine(
  t: Cleanup,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<{ status: number | null; output: string; errors: string }> {
  const run = new CommandLine(args, env);
  t.after(() => run.interrupt());
  const status = await run.ended;
  return { status, output: run.output, errors: run.errors.join('') };
}
