import type { LogCursor, LogEntry } from '../../log/types.ts';
import { Histogram } from '../../support/histogram.ts';
import type { DeliveryCounts } from '../types.ts';

/** What became of a server's events and calls. */
export class DeliveryCounter {
  readonly #seconds = new Histogram();
  #delivered = 0;
  retried = 0;
  unanswered = 0;
  dead = 0;
  calls = 0;

  /** @param nowMs `steadyNow()`. */
  delivered({ appendedAt }: LogEntry, nowMs: number): void {
    this.#delivered += 1;
    this.#seconds.observe((nowMs - appendedAt) / 1000);
  }

  /** @param cursors Those of the server, which count what they drop themselves. */
  counts(cursors: readonly LogCursor[]): DeliveryCounts {
    const sum = (reason: 'tooOld' | 'overflow' | 'unreadable') =>
      cursors.reduce((total, { dropped }) => total + dropped[reason], 0);
    const { retried, unanswered, dead, calls } = this;
    const dropped = { tooOld: sum('tooOld'), overflow: sum('overflow'), unreadable: sum('unreadable'), dead };
    return { delivered: this.#delivered, retried, unanswered, dropped, calls, seconds: this.#seconds.snapshot() };
  }
}
