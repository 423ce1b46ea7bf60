import type { LogEntry } from '../../log/types.ts';

/**
 * Which events a WebSocket peer has got. Frames are handled in order, so a pong confirms all that was sent before its
 * ping; one ping is under way at a time and confirms whatever has piled up, so that load costs no ping per event.
 */
export class Confirmations {
  /** Sent before the ping that is under way. */
  #covered: LogEntry[] = [];
  /** Sent after it. */
  #uncovered: LogEntry[] = [];
  pingUnderWay = false;
  #bytes = 0;

  get bytes(): number {
    return this.#bytes;
  }

  get events(): number {
    return this.#covered.length + this.#uncovered.length;
  }

  sent(entry: LogEntry): void {
    this.#uncovered.push(entry);
    this.#bytes += entry.event.bytes.length;
  }

  /** Whether a ping has to be sent now; it is taken as sent. */
  pingDue(): boolean {
    if (this.pingUnderWay || this.#uncovered.length === 0) return false;
    this.#covered = this.#uncovered;
    this.#uncovered = [];
    this.pingUnderWay = true;
    return true;
  }

  /** The pong has come: what it confirms. */
  confirm(): readonly LogEntry[] {
    const confirmed = this.#covered;
    this.#covered = [];
    this.pingUnderWay = false;
    for (const entry of confirmed) this.#bytes -= entry.event.bytes.length;
    return confirmed;
  }
}
