import type { LogCursor, LogEntry } from '../../log/types.ts';
import { steadyNow } from '../../support/clock.ts';
import type { Logger } from '../../support/logger.ts';
import { text } from '../../support/text.ts';
import type { Deliveries } from '../delivery/deliveries.ts';
import type { FlushRounds } from '../websocket/flush-rounds.ts';

/** A connection of a listen server that gets events. */
export interface EventOutlet {
  /** Ends it at once, without a word to the peer. */
  cut(): void;
  /** Whether it takes more now. If not, it wakes its channels when it does again. */
  isReady(): boolean;
  /** Takes one event; what it knows of its fate it tells the delivery. */
  send(payload: Buffer, delivery: SharedDelivery): void;
  /** That was all for now. */
  flushed(): void;
}

export interface BotChannelOptions {
  readonly selfId: string;
  readonly cursor: LogCursor;
  readonly rounds: FlushRounds;
  readonly deliveries: Deliveries;
  readonly logger: Logger;
}

/**
 * The events of one bot for a listen server: one cursor, read for all connections that hear the bot. Each gets every event,
 * as from a OneBot implementation, and the slowest sets the pace. An event is delivered when the first of them
 * confirms it, and goes back to the log when the last that had it is gone without that.
 */
export class BotChannel {
  readonly selfId: string;
  readonly cursor: LogCursor;
  readonly #options: BotChannelOptions;
  readonly #outlets = new Set<EventOutlet>();
  #openedAt = Date.now();
  #flushQueued = false;
  #paused = false;

  constructor(options: BotChannelOptions) {
    this.selfId = options.selfId;
    this.cursor = options.cursor;
    this.#options = options;
  }

  /** How many connections hear the bot. */
  get listeners(): number {
    return this.#outlets.size;
  }

  /** Since when somebody hears it, or nobody does; milliseconds since the epoch. */
  get since(): number {
    return this.#openedAt;
  }

  get settled(): boolean {
    return this.#outlets.size === 0 || this.#paused || this.cursor.waitingEvents === 0;
  }

  add(outlet: EventOutlet): void {
    this.#outlets.add(outlet);
    if (this.#outlets.size > 1) return;
    this.#openedAt = Date.now();
    this.cursor.setReader(() => this.wake());
    this.wake();
  }

  remove(outlet: EventOutlet): void {
    if (!this.#outlets.delete(outlet)) return;
    if (this.#outlets.size > 0) {
      this.wake();
      return;
    }
    this.#openedAt = Date.now();
    this.cursor.setReader(undefined);
  }

  setPaused(paused: boolean): void {
    this.#paused = paused;
    this.wake();
  }

  /** Something may be sent again: an event came, or a connection has room. */
  wake(): void {
    if (this.#flushQueued || !this.cursor.readable) return;
    this.#flushQueued = true;
    this.#options.rounds.add(this);
  }

  flush(): void {
    this.#flushQueued = false;
    const outlets = [...this.#outlets];
    if (this.#paused || outlets.length === 0) return;
    const nowMs = steadyNow();
    let isAny = false;
    while (outlets.every((outlet) => outlet.isReady())) {
      const entry = this.cursor.take(nowMs);
      if (entry === undefined) break;
      const payload = this.#options.deliveries.payload(this.cursor, entry);
      if (payload === undefined) continue;
      isAny = true;
      const delivery = new SharedDelivery(entry, this, outlets.length);
      for (const outlet of outlets) outlet.send(payload, delivery);
    }
    if (isAny) for (const outlet of outlets) outlet.flushed();
  }

  flushFailed(error: unknown): void {
    this.#options.logger.error('a link is cut because of an error of the bridge', { bot: this.selfId, error });
    for (const outlet of this.#outlets) outlet.cut();
  }

  /** @internal For {@link SharedDelivery}. */
  delivered(entry: LogEntry, nowMs: number): void {
    this.#options.deliveries.delivered(this.cursor, entry, nowMs);
  }

  /** @internal For {@link SharedDelivery}. */
  failed(entry: LogEntry): void {
    this.#options.deliveries.unconfirmed(entry, text`the connection broke`);
    this.cursor.giveBack(entry);
    this.wake();
  }
}

/** One event under way to all connections that hear its bot. Each of them confirms or gives up once. */
export class SharedDelivery {
  readonly #entry: LogEntry;
  readonly #channel: BotChannel;
  #holders: number;
  #isDelivered = false;

  constructor(entry: LogEntry, channel: BotChannel, holders: number) {
    this.#entry = entry;
    this.#channel = channel;
    this.#holders = holders;
  }

  get byteLength(): number {
    return this.#entry.byteLength;
  }

  /** @param nowMs `steadyNow()`. */
  confirm(nowMs: number): void {
    this.#holders -= 1;
    if (this.#isDelivered) return;
    this.#isDelivered = true;
    this.#channel.delivered(this.#entry, nowMs);
  }

  /** That connection is gone. */
  giveUp(): void {
    this.#holders -= 1;
    if (this.#holders === 0 && !this.#isDelivered) this.#channel.failed(this.#entry);
  }
}
