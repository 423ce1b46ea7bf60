import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { scratch } from './scratch.mjs';

const done = new Map();

/** The program or library made of a C file in `bench/load/`, compiled once for each run. */
export function compiled(source, flags = []) {
  const known = done.get(source);
  if (known !== undefined) return known;
  const target = join(scratch(), source.replace('.c', ''));
  const file = join(import.meta.dirname, '..', 'load', source);
  const { status, stderr, error } = spawnSync('cc', ['-O2', ...flags, '-o', target, file]);
  if (status !== 0) throw new Error(`the benchmarks need a C compiler, cc, for ${source}: ${error ?? stderr}`);
  done.set(source, target);
  return target;
}
