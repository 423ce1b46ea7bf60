import type { DeliveryCounts } from './types.ts';

/** What became of a server's events and calls. */
export class DeliveryCounter {
  delivered = 0;
  retried = 0;
  dropped = 0;
  calls = 0;

  counts(): DeliveryCounts {
    return { delivered: this.delivered, retried: this.retried, dropped: this.dropped, calls: this.calls };
  }
}
