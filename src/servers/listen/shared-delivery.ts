import type { LogEntry } from '../../log/types.ts';
import type { BotChannel } from './bot-channel.ts';

export interface SharedDeliveryOptions {
  readonly entry: LogEntry;
  readonly channel: BotChannel;
  /** How many connections get the event. */
  readonly holders: number;
  readonly frameBytes: number;
  /** The event is sent with care: no other event of the server is under way. */
  readonly isAlone: boolean;
}

/**
 * One event that is under way to all connections that hear its bot. Each connection confirms it or lets go of it, once.
 */
export class SharedDelivery {
  readonly entry: LogEntry;
  readonly channel: BotChannel;
  readonly frameBytes: number;
  readonly isAlone: boolean;
  /** A connection has closed because the event was too large. */
  isTooLarge = false;
  #holders: number;
  #isDelivered = false;

  constructor({ entry, channel, holders, frameBytes, isAlone }: SharedDeliveryOptions) {
    this.entry = entry;
    this.channel = channel;
    this.frameBytes = frameBytes;
    this.isAlone = isAlone;
    this.#holders = holders;
  }

  get byteLength(): number {
    return this.entry.byteLength;
  }

  get isDelivered(): boolean {
    return this.#isDelivered;
  }

  /**
   * @param nowMs `steadyNow()`.
   * @param isConfirmed True when the peer has shown that it has taken the event. False when it was only sent.
   */
  confirm(nowMs: number, isConfirmed: boolean): void {
    this.#holders -= 1;
    if (this.#isDelivered) return;
    this.#isDelivered = true;
    this.channel.delivered(this, nowMs, isConfirmed);
  }

  /** The connection is gone. Returns true when no other connection can confirm the event. */
  letGo(): boolean {
    this.#holders -= 1;
    return this.#holders === 0 && !this.#isDelivered;
  }
}
