import type { HttpServerConfig } from '../../config/types.ts';
import { text, type Words } from '../../support/text.ts';

/** The answer of a server. It may be incomplete. */
export interface Answered {
  readonly kind: 'answered';
  readonly status: number;
  /** As much of the body as came. */
  readonly body: Buffer;
  /** Why the rest of the body did not come. Absent when the body is whole. */
  readonly cut?: Words;
  /** The address that a redirect points to. */
  readonly location?: string;
}

/** What came of one POST of an event. */
export type Outcome =
  | Answered
  /** No connection: nothing has left. */
  | { readonly kind: 'unreachable'; readonly reason: Words }
  /** The connection broke: the server may have the event, or not. */
  | { readonly kind: 'broken'; readonly reason: Words }
  /** It has the whole request and didn't answer in time. */
  | { readonly kind: 'unanswered' };

export type Verdict =
  | { readonly kind: 'delivered' }
  /** The server may have it, and it is not sent again. */
  | { readonly kind: 'unknown'; readonly reason: Words }
  /** `server`: nothing more is sent until it is tried again. `event`: only this one waits, the others go on. */
  | { readonly kind: 'retry'; readonly holds: 'server' | 'event'; readonly reason: Words }
  | { readonly kind: 'dead'; readonly reason: Words; readonly answer: Answered };

const DELIVERED: Verdict = { kind: 'delivered' };

/** After which the third 5xx is the last. */
const MAX_FAILURES = 2;

/** Statuses that ask to come again: 408 timeout, 425 too early, 429 too many. */
const COME_AGAIN = new Set([408, 425, 429]);

/**
 * Decides what becomes of the event. A slow server is not asked twice: it has the event. With `at_most_once` nothing
 * is sent again that may have left.
 *
 * @param failures How often the event has been answered with 5xx before.
 */
export function judge(outcome: Outcome, failures: number, delivery: HttpServerConfig['delivery']): Verdict {
  const mayRepeat = delivery === 'at_least_once';
  switch (outcome.kind) {
    case 'unreachable':
      return { kind: 'retry', holds: 'server', reason: outcome.reason };
    case 'broken':
      if (!mayRepeat) return { kind: 'unknown', reason: outcome.reason };
      return { kind: 'retry', holds: 'server', reason: outcome.reason };
    case 'unanswered':
      return { kind: 'unknown', reason: text`no answer in time` };
    case 'answered': {
      const { status } = outcome;
      if (isSuccess(status)) return DELIVERED;
      const reason = reasonOf(outcome);
      if (mayRepeat && COME_AGAIN.has(status)) return { kind: 'retry', holds: 'server', reason };
      if (mayRepeat && status >= 500 && failures < MAX_FAILURES) return { kind: 'retry', holds: 'event', reason };
      return { kind: 'dead', reason, answer: outcome };
    }
  }
}

export function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

function reasonOf({ status, location }: Answered): Words {
  return location === undefined
    ? text`answered with ${status}`
    : text`answered with ${status}, a redirect to ${location}`;
}
