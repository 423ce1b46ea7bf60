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
  /** Ends it at once, without a word to the peer. */
  cut(): void;
  /** Whether it takes more now. If not, it wakes its channels when it does again. */
  isReady(): boolean;
  /** Whether the peer has given a sign of life on it. If not, it is asked for one, and the channels are woken when it has come. */
  isProven(): boolean;
  /** Takes one event; tells the delivery when it is confirmed. What was not when it ends, it returns to the channel. */
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

/** What the channels of one server share, since a connection may hear several bots. */
export interface SharedCare {
  /** Whether events have to be sent one at a time, since one of them is suspected of breaking the links. */
  isNeeded(): boolean;
  /** Whether nothing is under way on any channel. */
  isIdle(): boolean;
  /** An event is done with: others may be sent. */
  wakeAll(): void;
}

/**
 * The events of one bot for a listen server: one cursor, read for all connections that hear the bot. Each gets every event,
 * as from a OneBot implementation, and the slowest sets the pace. An event is delivered when the first of them
 * confirms it, and goes back to the log when the last that had it is gone without that. Nothing is sent before one of the
 * connections has been up for a while, so that a program which opens one to try it takes no event with it.
 */
export class BotChannel {
  readonly selfId: string;
  readonly cursor: LogCursor;
  readonly facts: LinkFacts;
  readonly #options: BotChannelOptions;
  readonly #outlets = new Set<EventOutlet>();
  /** Those that have been up for a while. */
  readonly #settled = new Set<EventOutlet>();
  readonly #breaks = new BreakWatch();
  /** Sent, and neither confirmed nor given back. */
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

  /** How many events have been sent and are neither confirmed nor given back. */
  get underWay(): number {
    return this.#underWay.size;
  }

  /** Whether an event that waits here is suspected of breaking the links, and somebody hears it. */
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

  /** That connection has been up for a while. */
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
    // Nobody is left who could confirm anything, also what an error kept from being given back.
    this.#underWay.clear();
    this.cursor.rewind();
  }

  setPaused(paused: boolean): void {
    this.#paused = paused;
    this.wake();
  }

  /** The same, for the sake of the bot. */
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
   * A connection is gone, and nobody else can confirm these events any more.
   *
   * @param loss How it ended, where the bridge has not closed it.
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

  /** @param isAll The caller rewinds the cursor: one event after the other takes long where many are under way. */
  #giveUp({ entry, isTooLarge, frameBytes }: SharedDelivery, culpable: Loss | undefined, isAll: boolean): void {
    const { deliveries } = this.#options;
    if (isTooLarge) deliveries.tooLarge(this.cursor, entry, frameBytes);
    else if (culpable !== undefined) deliveries.breaksLink(this.cursor, entry, culpable);
    else {
      deliveries.unconfirmed(entry, text`the connection broke`);
      if (!isAll) this.cursor.giveBack(entry);
    }
  }

  /** Whether one event may be sent with care: the connections are proven sound, and nothing else is under way. */
  #maySendOne(outlets: readonly EventOutlet[]): boolean {
    const areProven = outlets.map((outlet) => outlet.isProven() && this.#settled.has(outlet));
    return this.#options.care.isIdle() && !areProven.includes(false);
  }
}
