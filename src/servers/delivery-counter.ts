import type { LogCursor } from '../log/types.ts';
import type { DeliveryCounts } from './types.ts';

/** What became of a server's events and calls. */
export class DeliveryCounter {
  delivered = 0;
  retried = 0;
  unanswered = 0;
  dead = 0;
  calls = 0;

  /** @param cursors Those of the server, which count what they drop themselves. */
  counts(cursors: readonly LogCursor[]): DeliveryCounts {
    const sum = (reason: 'tooOld' | 'overflow' | 'unreadable') =>
      cursors.reduce((total, { dropped }) => total + dropped[reason], 0);
    const { delivered, retried, unanswered, dead, calls } = this;
    const dropped = { tooOld: sum('tooOld'), overflow: sum('overflow'), unreadable: sum('unreadable'), dead };
    return { delivered, retried, unanswered, dropped, calls };
  }
}
