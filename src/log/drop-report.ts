import type { Logger } from '../support/logger.ts';
import { type Text, text } from '../support/text.ts';
import type { DropCounts } from './types.ts';

const SENTENCES: Readonly<Record<keyof DropCounts, Text>> = {
  tooOld: text`events are dropped: they waited too long`,
  overflow: text`events are dropped: too many were waiting`,
  unreadable: text`events are dropped: they could not be read back`,
};

/** Says what was dropped in numbers: at the beginning of a burst, then every 10 s, whatever the number of cursors. */
export class DropReport {
  readonly #logger: Logger;
  readonly #bursts = new Map<keyof DropCounts, Burst>();

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  add(cursor: string, reason: keyof DropCounts, events: number): void {
    let burst = this.#bursts.get(reason);
    if (burst === undefined) {
      burst = { events: 0, cursors: new Set(), reportedAt: Number.NEGATIVE_INFINITY };
      this.#bursts.set(reason, burst);
    }
    burst.events += events;
    burst.cursors.add(cursor);
  }

  /** Called every second or so. */
  report(nowMs: number): void {
    for (const [reason, burst] of this.#bursts) {
      if (nowMs - burst.reportedAt < REPORT_EVERY_MS) continue;
      if (burst.events === 0) {
        this.#bursts.delete(reason);
        continue;
      }
      const [first, ...others] = burst.cursors;
      const where = others.length === 0 ? first : text`${first ?? ''} and ${others.length} more`;
      this.#logger.error(SENTENCES[reason], { events: burst.events, of: where });
      Object.assign(burst, { events: 0, cursors: new Set(), reportedAt: nowMs });
    }
  }
}

interface Burst {
  events: number;
  cursors: Set<string>;
  reportedAt: number;
}

const REPORT_EVERY_MS = 10_000;
