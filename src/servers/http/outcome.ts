/** What came of one POST of an event. */
export type Outcome =
  | { readonly kind: 'answered'; readonly status: number; readonly body: Buffer }
  /** No connection, or it broke: the server may not have the event. */
  | { readonly kind: 'broken'; readonly reason: string }
  /** It has the whole request and didn't answer in time. */
  | { readonly kind: 'unanswered' };

export type Verdict =
  | { readonly kind: 'delivered' }
  /** `server`: nothing more is sent until it is tried again. `event`: only this one waits, the others go on. */
  | { readonly kind: 'retry'; readonly holds: 'server' | 'event'; readonly reason: string }
  | { readonly kind: 'dead'; readonly reason: string };

const MAX_TRIES_AFTER_5XX = 3;

/** Statuses that ask to come again: 408 timeout, 425 too early, 429 too many. */
const COME_AGAIN = new Set([408, 425, 429]);

/**
 * Decides what becomes of the event (product.md, section 9). A slow server is not asked twice: it has the event.
 *
 * @param tries How often the event has been posted, this time included.
 */
export function judge(outcome: Outcome, tries: number): Verdict {
  switch (outcome.kind) {
    case 'broken':
      return { kind: 'retry', holds: 'server', reason: outcome.reason };
    case 'unanswered':
      return { kind: 'delivered' };
    case 'answered': {
      const { status } = outcome;
      const reason = `answered with ${status}`;
      if (status >= 200 && status < 300) return { kind: 'delivered' };
      if (COME_AGAIN.has(status)) return { kind: 'retry', holds: 'server', reason };
      if (status >= 500 && tries < MAX_TRIES_AFTER_5XX) return { kind: 'retry', holds: 'event', reason };
      return { kind: 'dead', reason };
    }
  }
}
