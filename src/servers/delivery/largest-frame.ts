import type { LogEntry } from '../../log/types.ts';

/** A frame that was sent and that no ping confirms by name: an answer, a heartbeat, or an event that counts as delivered. */
export interface OtherFrame {
  readonly bytes: number;
  /** The event, where it is one. It may have left the log since. */
  readonly event?: Pick<LogEntry, 'event' | 'sequence' | 'byteLength'>;
  /** The action of the call, where it is an answer. */
  readonly action?: string;
}

/**
 * The largest of the frames that a peer may not have handled yet, beside the events that are to be confirmed: which frame was it
 * that the peer would not take? Remembers one frame for each of two spans of time.
 */
export class LargestFrame {
  #covered: OtherFrame | undefined;
  #uncovered: OtherFrame | undefined;

  get frame(): OtherFrame | undefined {
    return larger(this.#covered, this.#uncovered);
  }

  sent(bytes: number, entry?: LogEntry): void {
    if (bytes <= (this.#uncovered?.bytes ?? 0)) return;
    if (entry === undefined) {
      this.#uncovered = { bytes };
    } else {
      const { event, sequence, byteLength } = entry;
      this.#uncovered = { bytes, event: { event, sequence, byteLength } };
    }
  }

  sentAnswer(bytes: number, action: string): void {
    if (bytes > (this.#uncovered?.bytes ?? 0)) this.#uncovered = { bytes, action };
  }

  /** A ping is sent behind them. */
  pinged(): void {
    this.#covered = larger(this.#covered, this.#uncovered);
    this.#uncovered = undefined;
  }

  /** Its pong has come, or none is to be waited for. */
  confirmed(): void {
    this.#covered = undefined;
  }
}

function larger(a: OtherFrame | undefined, b: OtherFrame | undefined): OtherFrame | undefined {
  return (a?.bytes ?? 0) >= (b?.bytes ?? 0) ? a : b;
}
