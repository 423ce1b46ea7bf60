import type { LogEntry } from '../../log/types.ts';

/**
 * A frame that was sent and whose arrival no pong confirms: an answer, a heartbeat, or an event that counts as
 * delivered.
 */
export interface OtherFrame {
  readonly bytes: number;
  /** The event, if the frame is one. The log may not have the event any more. */
  readonly event?: Pick<LogEntry, 'event' | 'sequence' | 'byteLength'>;
  /** The action of the call, if the frame is an answer. */
  readonly action?: string;
}

/**
 * Remembers the largest frame that the peer may not have handled yet, among frames that are not confirmed. When the
 * peer closes with 1009, it may be the frame that was too large. One frame is remembered from before the last ping, and
 * one from after it.
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

  /** A ping was sent after all frames so far. */
  pinged(): void {
    this.#covered = larger(this.#covered, this.#uncovered);
    this.#uncovered = undefined;
  }

  /** The pong has come, or the bridge does not wait for one. */
  confirmed(): void {
    this.#covered = undefined;
  }
}

function larger(a: OtherFrame | undefined, b: OtherFrame | undefined): OtherFrame | undefined {
  return (a?.bytes ?? 0) >= (b?.bytes ?? 0) ? a : b;
}
