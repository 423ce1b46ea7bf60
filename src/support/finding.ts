import { adviceFor } from './advice.ts';
import type { Words } from './text.ts';

/** Something wrong, and the way out. */
export interface Problem {
  /** What is wrong. */
  readonly words: Words;
  /** What that means; only where the words do not say so themselves. */
  readonly meaning?: Words;
  /** What to change. */
  readonly advice: Words;
}

/** What a check has found out about one thing. */
export interface Finding extends Omit<Problem, 'advice'> {
  readonly isGood: boolean;
  /** The state that the daemon would show for this finding: a state of a bot or a server. */
  readonly state?: string;
  /** Only where something is wrong. */
  readonly advice?: Words;
}

export function good(words: Words): Finding {
  return { isGood: true, words };
}

export function bad(words: Words, advice: Words = adviceFor(words)): Finding {
  return { isGood: false, words, advice };
}

/** Adds to a finding the state that a daemon would show. */
export function inState(state: string, finding: Finding): Finding {
  return { ...finding, state };
}

export function problem(found: Problem): Finding {
  return { isGood: false, ...found };
}
