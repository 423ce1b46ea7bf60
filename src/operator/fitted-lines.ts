import { inEnglish, type Words } from '../support/text.ts';
import type { TableOptions } from './text-table.ts';
import { wrapToWidth } from './text-width.ts';

/** Breaks lines of prose to the width of the terminal. */
export function fitted(lines: readonly Words[], { maxWidth, speak = inEnglish }: TableOptions): Words[] {
  return maxWidth === undefined ? [...lines] : lines.flatMap((line) => wrapToWidth(speak(line), maxWidth));
}
