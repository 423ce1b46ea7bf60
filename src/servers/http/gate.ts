import type { Words } from '../../support/text.ts';
import type { Death } from '../delivery/deliveries.ts';
import type { LinkState } from '../types.ts';
import { answerExcerpt } from './answer-excerpt.ts';
import type { Verdict } from './outcome.ts';

/** Whether the server takes events. `probing`: one event is posted to find out. */
export type Gate =
  | { readonly kind: 'untried' | 'open' | 'probing' | 'stopped' }
  | { readonly kind: 'waiting'; readonly timer: NodeJS.Timeout; readonly nextTryAt: number; readonly reason: Words };

/** The names that the operator sees. */
export const LINK_STATES: Readonly<Record<Gate['kind'], LinkState>> = {
  untried: 'idle',
  open: 'up',
  probing: 'connecting',
  waiting: 'waiting',
  stopped: 'stopped',
};

/** Why an event is given up that the server refuses. */
export function deathBy({ reason, answer: { status, body } }: DeadVerdict, mask: (text: string) => string): Death {
  const answer = answerExcerpt(body, mask);
  return { reason, status, ...(answer === undefined ? {} : { answer }) };
}

type DeadVerdict = Extract<Verdict, { kind: 'dead' }>;

/** When the worker stops, it waits so long for the POSTs under way. */
export const STOP_WAIT_MS = 2_000;
