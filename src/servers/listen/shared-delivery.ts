import type { LogEntry } from '../../log/types.ts';
import type { BotChannel } from './bot-channel.ts';

export interface SharedDeliveryOptions {
  readonly entry: LogEntry;
  readonly channel: BotChannel;
  /** How many connections it is sent to. */
  readonly holders: number;
  readonly frameBytes: number;
  /** It is sent with care: nothing else of the server is under way. */
  readonly isAlone: boolean;
}

/** One event under way to all connections that hear its bot. Each of them confirms it or lets go of it once. */
export class SharedDelivery {
  readonly entry: LogEntry;
  readonly channel: BotChannel;
  readonly frameBytes: number;
  readonly isAlone: boolean;
  /** A connection has closed because of its size. */
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
   * @param isConfirmed The peer has shown that it has taken the event, not only that it was sent.
   */
  confirm(nowMs: number, isConfirmed: boolean): void {
    this.#holders -= 1;
    if (this.#isDelivered) return;
    this.#isDelivered = true;
    this.channel.delivered(this, nowMs, isConfirmed);
  }

  /** That connection is gone; true when nobody else can confirm the event any more. */
  letGo(): boolean {
    this.#holders -= 1;
    return this.#holders === 0 && !this.#isDelivered;
  }
}
