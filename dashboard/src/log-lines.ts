import { signal } from '@preact/signals';
import type { LogLine } from '../../src/operator/types.ts';

const MAX_LINES = 1_000;

/** Oldest first. */
export const lines = signal<readonly LogLine[]>([]);
export const linesLeftOut = signal(0);

export function takeLines(batch: {
  readonly items: readonly LogLine[];
  readonly leftOut: number;
  readonly isWhole?: boolean;
}): void {
  const known = batch.isWhole === true ? [] : lines.value;
  const lastId = known.at(-1)?.id ?? 0;
  const fresh = batch.items.filter(({ id }) => id > lastId);
  lines.value = [...known, ...fresh].slice(-MAX_LINES);
  linesLeftOut.value = batch.isWhole === true ? 0 : linesLeftOut.value + batch.leftOut;
}
