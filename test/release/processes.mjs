import { spawn } from 'node:child_process';

const DEADLINE_MS = 300_000;

/** Runs a command to its end. Rejects when it exits with another status than `status`, 0 by default. */
export async function run(command, args, { cwd, env = process.env, status: expected = 0 }) {
  const child = spawn(command, args, {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: DEADLINE_MS,
    // npm and npx are scripts there.
    shell: process.platform === 'win32',
  });
  const [output, errors, status] = await Promise.all([textOf(child.stdout), textOf(child.stderr), ended(child)]);
  if (status !== expected) {
    throw new Error(
      `${command} ${args.join(' ')} ended with ${status}:\n${output.slice(-2_000)}${errors.slice(-2_000)}`,
    );
  }
  return { output, errors };
}

/** The exit status, or the signal that ended it. */
export function ended(child) {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode ?? child.signalCode);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (status, signal) => resolve(status ?? signal));
  });
}

async function textOf(stream) {
  let text = '';
  for await (const chunk of stream.setEncoding('utf8')) text += chunk;
  return text;
}
