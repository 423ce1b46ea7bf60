import type { BridgeRetcode } from '../onebot/call-frame.ts';
import { Histogram } from '../support/histogram.ts';
import type { CallEnd } from './pending-call.ts';
import type { CallOutcome, CallStatus } from './types.ts';

/** What has become of the calls of each server since the start. */
export class CallStats {
  readonly #servers = new Map<string, { readonly outcomes: Map<CallOutcome, number>; readonly seconds: Histogram }>();

  /** @param seconds From the caller's frame to its end; absent for one that never began. */
  count(server: string, end: CallEnd, seconds?: number): void {
    let stats = this.#servers.get(server);
    if (stats === undefined) {
      stats = { outcomes: new Map(), seconds: new Histogram() };
      this.#servers.set(server, stats);
    }
    const outcome = outcomeOf(end);
    stats.outcomes.set(outcome, (stats.outcomes.get(outcome) ?? 0) + 1);
    if (seconds !== undefined) stats.seconds.observe(seconds);
  }

  statuses(): readonly CallStatus[] {
    return [...this.#servers].map(([server, { outcomes, seconds }]) => ({
      server,
      outcomes: Object.fromEntries(outcomes),
      seconds: seconds.snapshot(),
    }));
  }
}

const OUTCOMES: Readonly<Record<BridgeRetcode, CallOutcome>> = {
  1400: 'malformed',
  1403: 'denied',
  1404: 'no_bot',
  1429: 'limited',
  1503: 'offline',
  1504: 'timed_out',
};

export function outcomeOf(end: CallEnd): CallOutcome {
  if (typeof end === 'number') return OUTCOMES[end];
  if (end === 'caller gone') return 'abandoned';
  return end.frame.isText('status', 'failed') ? 'failed' : 'ok';
}
