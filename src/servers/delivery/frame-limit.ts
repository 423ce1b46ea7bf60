import type { LogEntry } from '../../log/types.ts';
import type { EventForm } from './event-form.ts';

/**
 * What is known of the largest frame that one server takes: the smallest that it refused by closing with 1009 (RFC 6455,
 * section 7.4.1), and the largest that it confirmed. The links of all bots to that server share it. It is forgotten when the
 * server may have become another: with its worker, on `reconnect` and `dead retry`, and after it was away.
 */
export class FrameLimit {
  #refusedBytes: number | undefined;
  #takenBytes = 0;
  /** Of the largest event for which `#takenBytes` was worked out. */
  #measuredBytes = 0;

  /** Frames of this size and larger are refused; undefined while none has been. */
  get refusedBytes(): number | undefined {
    return this.#refusedBytes;
  }

  /** Whether the server would refuse a frame of that size. */
  refuses(bytes: number): boolean {
    return this.#refusedBytes !== undefined && bytes >= this.#refusedBytes;
  }

  /**
   * The server has refused a frame of that size. Nothing is learned from one that is no larger than what it has taken: some
   * count characters, not bytes.
   *
   * @returns Whether it is the first that is known.
   */
  refused(bytes: number): boolean {
    if (bytes <= this.#takenBytes) return false;
    const isFirst = this.#refusedBytes === undefined;
    this.#refusedBytes = Math.min(bytes, this.#refusedBytes ?? bytes);
    return isFirst;
  }

  /** The server has confirmed that event. Its frame is measured only where the event is the largest so far. */
  took(entry: LogEntry, form: EventForm): void {
    if (entry.byteLength <= this.#measuredBytes) return;
    this.#measuredBytes = entry.byteLength;
    this.#takenBytes = Math.max(this.#takenBytes, form.frameBytes(entry.event));
    if (this.refuses(this.#takenBytes)) this.#refusedBytes = undefined;
  }

  forget(): void {
    this.#refusedBytes = undefined;
    this.#takenBytes = 0;
    this.#measuredBytes = 0;
  }
}
