import type { Words } from '../../support/text.ts';
import type { Death } from '../delivery/deliveries.ts';
import type { LinkState } from '../types.ts';
import { answerExcerpt } from './answer-excerpt.ts';
import type { Verdict } from './outcome.ts';

/** Whether the server takes events. `probing`: one is posted to find out. */
export type Gate =
  | { readonly kind: 'untried' | 'open' | 'probing' | 'stopped' }
  | { readonly kind: 'waiting'; readonly timer: NodeJS.Timeout; readonly nextTryAt: number; readonly reason: Words };

/** As the operator sees them. */
export const LINK_STATES: Readonly<Record<Gate['kind'], LinkState>> = {
  untried: 'idle',
  open: 'up',
  probing: 'connecting',
  waiting: 'waiting',
  stopped: 'stopped',
};

/** Of an event that the server refuses. */
export function deathBy({ reason, answer: { status, body } }: DeadVerdict, mask: (text: string) => string): Death {
  const answer = answerExcerpt(body, mask);
  return { reason, status, ...(answer === undefined ? {} : { answer }) };
}

type DeadVerdict = Extract<Verdict, { kind: 'dead' }>;

/** How long the POSTs under way have to end when the worker stops. */
export const STOP_WAIT_MS = 2_000;
