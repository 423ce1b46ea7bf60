import { adviceFor } from './advice.ts';

/** What a check has found out about one thing. */
export interface Finding {
  readonly isGood: boolean;
  /** In words: what is so, or what is wrong. */
  readonly text: string;
  /** What to change; only where something is wrong. */
  readonly advice?: string;
}

export function good(text: string): Finding {
  return { isGood: true, text };
}

export function bad(text: string, advice = adviceFor(text)): Finding {
  return { isGood: false, text, advice };
}
