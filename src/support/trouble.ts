import { connectionProblem } from './connection-problem.ts';
import type { Problem } from './finding.ts';
import { handshakeStatus } from './network-error.ts';
import { refusalProblem } from './refusal-problem.ts';
import { text, type Words } from './text.ts';

/** One sentence for what went wrong, and one for what to change. */
export interface Told {
  readonly words: Words;
  readonly cure: Words;
}

/** The sentence for a status that a peer answered with. */
export function refusalTrouble({ words, meaning, advice }: Problem): Told {
  return { words: meaning === undefined ? words : text`${words}: ${meaning}`, cure: advice };
}

export type FailedDial =
  | { readonly kind: 'refused'; readonly status: number; readonly trouble: Told }
  | { readonly kind: 'failed'; readonly trouble: Told };

/**
 * Why a WebSocket could not be opened. A 5xx of a gateway does not count as a refusal: it only says that the
 * application is away.
 */
export function failedDial(error: unknown, hasToken: boolean): FailedDial {
  const status = handshakeStatus(error);
  if (status === undefined) {
    const { words, advice } = connectionProblem(error ?? new Error('the connection was closed'));
    return { kind: 'failed', trouble: { words, cure: advice } };
  }
  const trouble = refusalTrouble(refusalProblem(status, { by: 'websocket', hasToken }));
  return { kind: status >= 500 ? 'failed' : 'refused', status, trouble };
}
