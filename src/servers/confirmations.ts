/** What a connection can confirm. */
export interface Sent {
  readonly byteLength: number;
}

/**
 * Which events a WebSocket peer has got. Frames are handled in order, so a pong confirms all that was sent before its
 * ping; one ping is under way at a time and confirms whatever has piled up, so that load costs no ping per event.
 */
export class Confirmations<T extends Sent> {
  /** Sent before the ping that is under way. */
  #covered: T[] = [];
  /** Sent after it. */
  #uncovered: T[] = [];
  pingUnderWay = false;
  #bytes = 0;

  get bytes(): number {
    return this.#bytes;
  }

  get events(): number {
    return this.#covered.length + this.#uncovered.length;
  }

  sent(item: T): void {
    this.#uncovered.push(item);
    this.#bytes += item.byteLength;
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
  confirm(): readonly T[] {
    const confirmed = this.#covered;
    this.#covered = [];
    this.pingUnderWay = false;
    for (const item of confirmed) this.#bytes -= item.byteLength;
    return confirmed;
  }

  /** What was never confirmed. */
  unconfirmed(): readonly T[] {
    return [...this.#covered, ...this.#uncovered];
  }
}
