import type { LogEntry } from '../../log/types.ts';
import type { EventForm } from './event-form.ts';

/**
 * What the bridge knows of the largest frame that one server takes: the smallest frame that the server refused by
 * closing with 1009 (RFC 6455, section 7.4.1), and the largest frame that it confirmed. The links of all bots to the
 * server share this. The bridge forgets it when another application may answer: when the worker ends, on `reconnect`
 * and `dead retry`, and after the server was away.
 */
export class FrameLimit {
  #refusedBytes: number | undefined;
  #takenBytes = 0;
  /** The size of the largest event so far for which `#takenBytes` was computed. */
  #measuredBytes = 0;

  /** The server refuses frames of this size and larger. Undefined while it has refused none. */
  get refusedBytes(): number | undefined {
    return this.#refusedBytes;
  }

  /** Whether the server would refuse a frame of this size. */
  refuses(bytes: number): boolean {
    return this.#refusedBytes !== undefined && bytes >= this.#refusedBytes;
  }

  /**
   * The server has refused a frame of this size. The bridge learns nothing from it if the server has taken a frame as
   * large: some servers count characters, not bytes.
   *
   * @returns Whether this is the first known limit.
   */
  refused(bytes: number): boolean {
    if (bytes <= this.#takenBytes) return false;
    const isFirst = this.#refusedBytes === undefined;
    this.#refusedBytes = Math.min(bytes, this.#refusedBytes ?? bytes);
    return isFirst;
  }

  /** The server has confirmed this event. The frame is only measured if the event is the largest so far. */
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
