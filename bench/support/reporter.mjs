import { join } from 'node:path';
import { Child } from './child.mjs';

/** The HTTP reporter of `bench/load/reporter.mjs`, ready. */
export async function startReporter(port, connections, bytes) {
  const program = join(import.meta.dirname, '..', 'load', 'reporter.mjs');
  const args = [program, String(port), String(connections), ...(bytes === undefined ? [] : [String(bytes)])];
  const reporter = new Child({ name: 'reporter', command: process.execPath, args });
  await reporter.answer();
  return reporter;
}
