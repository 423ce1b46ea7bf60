import type { LogCursor } from '../../log/types.ts';
import { steadyNow } from '../../support/clock.ts';
import type { Logger } from '../../support/logger.ts';
import { text } from '../../support/text.ts';
import { BreakWatch, type Loss } from '../delivery/break-watch.ts';
import type { Deliveries } from '../delivery/deliveries.ts';
import type { LinkFacts } from '../types.ts';
import type { FlushRounds } from '../websocket/flush-rounds.ts';
import { SharedDelivery } from './shared-delivery.ts';

/** A connection of a listen server that gets events. */
export interface EventOutlet {
  /** Cuts the connection at once, without a close frame. */
  cut(): void;
  /** Whether it takes more now. If not, it wakes its channels when it does again. */
  isReady(): boolean;
  /**
   * Whether the peer has shown that the connection works. If not, the peer is asked for a sign of life, and the
   * channels are woken when it comes.
   */
  isProven(): boolean;
  /**
   * Sends one event. Calls `confirm` of the delivery when the peer confirms the event. When the connection ends,
   * unconfirmed deliveries go back to the channel.
   */
  send(payload: Buffer, delivery: SharedDelivery): void;
  /** That was all for now. */
  flushed(): void;
}

export interface BotChannelOptions {
  readonly selfId: string;
  readonly cursor: LogCursor;
  readonly rounds: FlushRounds;
  readonly deliveries: Deliveries;
  readonly care: SharedCare;
  readonly facts: LinkFacts;
  readonly logger: Logger;
}

/** What the channels of one server share. One connection may hear several bots. */
export interface SharedCare {
  /** Whether events have to be sent one at a time, because one of them is suspected of breaking the links. */
  isNeeded(): boolean;
  /** Whether no event is under way on any channel. */
  isIdle(): boolean;
  /** An event has been handled, so others may be sent. */
  wakeAll(): void;
}

/**
 * The events of one bot for a listen server. There is one cursor, and its events go to all connections that hear the
 * bot. Each connection gets every event, as from a OneBot implementation, and the slowest one sets the pace. An event
 * is delivered when the first connection confirms it. It goes back to the log when all connections that had it are gone
 * without a confirmation. Nothing is sent before one of the connections has been up for a while: a program that only
 * tests the connection takes no event with it.
 */
export class BotChannel {
  readonly selfId: string;
  readonly cursor: LogCursor;
  readonly facts: LinkFacts;
  readonly #options: BotChannelOptions;
  readonly #outlets = new Set<EventOutlet>();
  /** Connections that have been up for a while. */
  readonly #settled = new Set<EventOutlet>();
  readonly #breaks = new BreakWatch();
  /** Events that were sent and are neither confirmed nor given back. */
  readonly #underWay = new Set<SharedDelivery>();
  #openedAt = steadyNow();
  #flushQueued = false;
  #paused = false;
  #held = false;

  constructor(options: BotChannelOptions) {
    this.selfId = options.selfId;
    this.cursor = options.cursor;
    this.facts = options.facts;
    this.#options = options;
  }

  /** How many events were sent and are neither confirmed nor given back. */
  get underWay(): number {
    return this.#underWay.size;
  }

  /** Whether an event that waits here is suspected of breaking the links, and a connection hears the bot. */
  get needsCare(): boolean {
    return this.#breaks.isCareful && !this.#held && this.#outlets.size > 0 && this.cursor.waitingEvents > 0;
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
    return this.#outlets.size === 0 || this.#paused || this.#held || this.cursor.waitingEvents === 0;
  }

  add(outlet: EventOutlet): void {
    this.#outlets.add(outlet);
    if (this.#outlets.size > 1) return;
    this.#openedAt = steadyNow();
    this.cursor.setReader(() => this.wake());
    this.wake();
  }

  /** The connection has been up for a while. */
  settle(outlet: EventOutlet): void {
    if (!this.#outlets.has(outlet)) return;
    this.#settled.add(outlet);
    this.wake();
  }

  remove(outlet: EventOutlet): void {
    this.#settled.delete(outlet);
    if (!this.#outlets.delete(outlet)) return;
    if (this.#outlets.size > 0) {
      this.wake();
      return;
    }
    this.#openedAt = steadyNow();
    this.cursor.setReader(undefined);
    // No connection is left that could confirm an event. This also clears events that an error kept from being given
    // back.
    this.#underWay.clear();
    this.cursor.rewind();
  }

  setPaused(paused: boolean): void {
    this.#paused = paused;
    this.wake();
  }

  /** Like {@link setPaused}, but for events that wait for their bot. */
  setHeld(held: boolean): void {
    this.#held = held;
    this.wake();
  }

  /** How many events wait for the bot. */
  get heldEvents(): number {
    return this.#held ? this.cursor.waitingEvents : 0;
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
    if (this.#paused || this.#held || this.#settled.size === 0) return;
    const { deliveries, care } = this.#options;
    const isAlone = care.isNeeded();
    const nowMs = steadyNow();
    let isAny = false;
    while (outlets.every((outlet) => outlet.isReady()) && (!isAlone || this.#maySendOne(outlets))) {
      const entry = this.cursor.take(nowMs);
      if (entry === undefined) break;
      const payload = deliveries.payload(this.cursor, entry);
      if (payload === undefined || !deliveries.mayFrame(this.cursor, entry, payload.length)) continue;
      isAny = true;
      this.#breaks.sends(entry);
      const holders = outlets.length;
      const delivery = new SharedDelivery({ entry, channel: this, holders, frameBytes: payload.length, isAlone });
      this.#underWay.add(delivery);
      for (const outlet of outlets) outlet.send(payload, delivery);
    }
    if (isAny) for (const outlet of outlets) outlet.flushed();
  }

  flushFailed(error: unknown): void {
    this.#options.logger.error('a link is cut because of an error of the bridge', { bot: this.selfId, error });
    for (const outlet of this.#outlets) outlet.cut();
  }

  /** @internal For {@link SharedDelivery}. */
  delivered(delivery: SharedDelivery, nowMs: number, isConfirmed: boolean): void {
    const { deliveries, care } = this.#options;
    const { entry, isAlone } = delivery;
    if (!this.#underWay.delete(delivery)) return;
    if (isConfirmed) deliveries.confirmed(entry);
    deliveries.delivered(this.cursor, entry, nowMs);
    this.facts.delivered();
    if (isAlone) care.wakeAll();
  }

  /**
   * The connection is gone, and no other connection can confirm these events.
   *
   * @param loss How the connection ended. Undefined where the bridge closed it.
   */
  returned(unconfirmed: readonly SharedDelivery[], loss: Loss | undefined): void {
    const deliveries = unconfirmed.filter((delivery) => this.#underWay.delete(delivery));
    const entries = deliveries.map(({ entry }) => entry);
    const wasAlone = deliveries.length === 1 && deliveries[0]?.isAlone === true;
    const isKnown = loss === undefined || deliveries.some(({ isTooLarge }) => isTooLarge);
    const culprit = isKnown ? undefined : this.#breaks.broke(entries, loss, wasAlone);
    const isAll = this.#underWay.size === 0;
    for (const delivery of deliveries) this.#giveUp(delivery, delivery.entry === culprit ? loss : undefined, isAll);
    if (isAll) this.cursor.rewind();
    this.wake();
  }

  /** @param isAll True when the caller rewinds the cursor, which is faster than giving back many events one by one. */
  #giveUp({ entry, isTooLarge, frameBytes }: SharedDelivery, culpable: Loss | undefined, isAll: boolean): void {
    const { deliveries } = this.#options;
    if (isTooLarge) deliveries.tooLarge(this.cursor, entry, frameBytes);
    else if (culpable !== undefined) deliveries.breaksLink(this.cursor, entry, culpable);
    else {
      deliveries.unconfirmed(entry, text`the connection broke`);
      if (!isAll) this.cursor.giveBack(entry);
    }
  }

  /** Whether one event may be sent with care: all connections are known to work, and no other event is under way. */
  #maySendOne(outlets: readonly EventOutlet[]): boolean {
    const areProven = outlets.map((outlet) => outlet.isProven() && this.#settled.has(outlet));
    return this.#options.care.isIdle() && !areProven.includes(false);
  }
}
