import { randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { LogEntry } from '../../log/types.ts';

/** Makes the `X-QQBridge-Delivery` of each POST to one server. */
export class DeliveryIds {
  /** Stands for the server: a header can't carry every name. */
  readonly #mark: string;
  /** Tells the lifecycle and heartbeat events of this run from those of other runs. */
  readonly #run = randomBytes(6).toString('base64url');
  #metaCount = 0;
  /** What the ids of one millisecond begin with. */
  #prefix = '';
  #prefixMs = Number.NaN;

  constructor(server: string) {
    this.#mark = crc32(server).toString(36);
  }

  /** The id of an event: equal for each try, also after a restart, and another one for each server. */
  of({ storedAt, sequence }: LogEntry): string {
    const ms = Math.floor(storedAt);
    if (ms !== this.#prefixMs) {
      // Kept for the millisecond: to make it anew costs 2 % of a POST, and a busy millisecond has dozens of them.
      this.#prefixMs = ms;
      this.#prefix = `${this.#mark}-${ms.toString(36)}-`;
    }
    return this.#prefix + sequence;
  }

  /** The id of a lifecycle or heartbeat event, which is posted once. */
  next(): string {
    this.#metaCount += 1;
    return `${this.#mark}-${this.#run}-m${this.#metaCount}`;
  }
}
