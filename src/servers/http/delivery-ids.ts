import { randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { LogEntry } from '../../log/types.ts';

/** Makes the `X-QQBridge-Delivery` header of each POST to one server. */
export class DeliveryIds {
  /** A hash of the server's name, since a header can't carry every name. */
  readonly #mark: string;
  /** Distinguishes the lifecycle and heartbeat events of this run from those of other runs. */
  readonly #run = randomBytes(6).toString('base64url');
  #metaCount = 0;
  /** The first part of all ids of one millisecond. */
  #prefix = '';
  #prefixMs = Number.NaN;

  constructor(server: string) {
    this.#mark = crc32(server).toString(36);
  }

  /** The id of an event. Each try has the same id, also after a restart. Each server gets another id. */
  of({ storedAt, sequence }: LogEntry): string {
    const ms = Math.floor(storedAt);
    if (ms !== this.#prefixMs) {
      // Computing the prefix costs 2 % of a POST. A busy millisecond has dozens of POSTs, so the prefix is kept.
      this.#prefixMs = ms;
      this.#prefix = `${this.#mark}-${ms.toString(36)}-`;
    }
    return this.#prefix + sequence;
  }

  /** The id of a lifecycle or heartbeat event, which is posted only once. */
  next(): string {
    this.#metaCount += 1;
    return `${this.#mark}-${this.#run}-m${this.#metaCount}`;
  }
}
