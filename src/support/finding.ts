import { adviceFor } from './advice.ts';
import type { Words } from './text.ts';

/** What a check has found out about one thing. */
export interface Finding {
  readonly isGood: boolean;
  /** In words: what is so, or what is wrong. */
  readonly words: Words;
  /** What to change; only where something is wrong. */
  readonly advice?: Words;
}

export function good(words: Words): Finding {
  return { isGood: true, words };
}

export function bad(words: Words, advice: Words = adviceFor(words)): Finding {
  return { isGood: false, words, advice };
}
