import assert from 'node:assert/strict';
import type { CommandResult } from '../../src/operator/command.ts';
import { runCommand } from '../../src/operator/command-line.ts';
import { silentLogger } from '../../src/support/logger.ts';
import { inEnglish } from '../../src/support/text.ts';
import { FakeBridge } from './fake-bridge.ts';

/** Carries out a line as the console does. */
export async function run(line: string, bridge = new FakeBridge(), columns?: number): Promise<CommandResult> {
  const context = { bridge, logger: silentLogger, speak: inEnglish, origin: 'console' } as const;
  return await runCommand(line, columns === undefined ? context : { ...context, columns });
}

/** The answer to a line, which must be sound. */
export async function linesOf(line: string, bridge?: FakeBridge, columns?: number): Promise<readonly string[]> {
  const result = await run(line, bridge, columns);
  assert.equal(result.kind, 'ok', JSON.stringify(result));
  return result.kind === 'ok' ? result.lines : [];
}

/** The one line of help for a line that is wrong. */
export async function wrongLine(line: string, bridge?: FakeBridge): Promise<string> {
  const result = await run(line, bridge);
  assert.equal(result.kind, 'wrong', JSON.stringify(result));
  return result.kind === 'wrong' ? result.line : '';
}
