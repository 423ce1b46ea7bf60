import { steadyNow } from '../support/clock.ts';
import type { Entry } from './entry.ts';
import { InFlight } from './in-flight.ts';
import type { CursorRecord } from './store.ts';
import type { CursorBounds, DropCounts, LogCursor, LogEntry } from './types.ts';

/** The log that a cursor belongs to. */
export interface CursorHost {
  /** Brings the entry's event into memory; false when it can't be read back. */
  load(entry: Entry): boolean;
  /** The cursor has let go of the entry: delivered or dropped. */
  released(cursor: Cursor, entry: Entry): void;
  dropped(cursor: Cursor, reason: keyof DropCounts, events: number): void;
}

/** The position of a cursor as the store keeps it. See `CursorRecord`. */
export type CursorPosition = Pick<CursorRecord, 'acknowledgedTo' | 'listed'>;

/** A place in the log: references to the entries that wait there, the oldest first. */
export class Cursor implements LogCursor {
  readonly id: number;
  readonly dropped = { tooOld: 0, overflow: 0, unreadable: 0 };
  readonly #host: CursorHost;
  name: string;
  bounds: CursorBounds;
  /** Not yet taken; the live part begins at `#head`, so that taking one costs no shift. */
  #waiting: Entry[] = [];
  #head = 0;
  readonly #inFlight = new InFlight();
  /**
   * Events that the reader has set aside, in order. Their bytes need not be in memory, so the bot is kept beside them.
   */
  #aside: { readonly entry: Entry; readonly selfId: string }[] = [];
  /** Bytes of all events that wait, are in flight or are set aside. */
  #bytes = 0;
  #inFlightBytes = 0;
  /** Something was given back, so that the first in flight need not be the oldest. */
  #isDisordered = false;
  #overflowCheckQueued = false;
  /**
   * Events up to this sequence were moved here from another cursor. The store keeps them as a list, see {@link
   * position}.
   */
  #listedTo = 0;
  #onReadable: (() => void) | undefined;

  constructor({ id, name, bounds, host }: { id: number; name: string; bounds: CursorBounds; host: CursorHost }) {
    this.id = id;
    this.name = name;
    this.bounds = bounds;
    this.#host = host;
  }

  get waitingEvents(): number {
    return this.#waiting.length - this.#head + this.#inFlight.size + this.#aside.length;
  }

  get asideEvents(): number {
    return this.#aside.length;
  }

  get waitingBytes(): number {
    return this.#bytes;
  }

  get oldestAt(): number | undefined {
    return this.#oldest()?.appendedAt;
  }

  get readable(): boolean {
    return this.#head < this.#waiting.length;
  }

  get hasInFlight(): boolean {
    return this.#inFlight.size > 0;
  }

  /** The waiting events, oldest first. Only called while none is in flight. */
  waiting(): readonly Entry[] {
    return this.#waiting.slice(this.#head);
  }

  /** The cursor's position for the store. `last` is the log's last sequence. */
  position(last: number): CursorPosition {
    const oldest = this.#oldest()?.sequence ?? last + 1;
    if (oldest > this.#listedTo) return { acknowledgedTo: oldest - 1, listed: [] };
    const listed: number[] = [];
    let next = last + 1;
    for (const { sequence } of this.#held()) {
      if (sequence <= this.#listedTo) listed.push(sequence);
      else next = Math.min(next, sequence);
    }
    return { acknowledgedTo: next - 1, listed: listed.sort((a, b) => a - b) };
  }

  /** Says that the events up to this sequence were moved here, so that the store keeps them as a list. */
  listTo(sequence: number): void {
    this.#listedTo = sequence;
  }

  /** Adds the counts of another cursor, whose events this cursor has taken over. */
  addDropped({ tooOld, overflow, unreadable }: DropCounts): void {
    this.dropped.tooOld += tooOld;
    this.dropped.overflow += overflow;
    this.dropped.unreadable += unreadable;
  }

  /** Takes all events out, so that other cursors can hold them. The store keeps them. None may be in flight. */
  takeOut(): readonly Entry[] {
    const entries = this.waiting();
    this.#waiting = [];
    this.#head = 0;
    this.#bytes = 0;
    for (const entry of entries) entry.holders -= 1;
    return entries;
  }

  setReader(onReadable: (() => void) | undefined): void {
    this.#onReadable = onReadable;
  }

  take(nowMs = steadyNow()): LogEntry | undefined {
    this.expire(nowMs);
    for (;;) {
      const entry = this.#waiting[this.#head];
      if (entry === undefined || entry.appendedAt > nowMs) return undefined;
      this.#shift();
      if (this.#host.load(entry)) {
        this.#inFlight.add(entry);
        this.#inFlightBytes += entry.byteLength;
        entry.pins += 1;
        return entry;
      }
      this.#letGo(entry);
      this.#count('unreadable', 1);
    }
  }

  acknowledge(entry: LogEntry): void {
    const own = entry as Entry;
    if (!this.#land(own)) return;
    this.#letGo(own);
  }

  giveBack(entry: LogEntry): void {
    const own = entry as Entry;
    if (!this.#land(own)) return;
    this.#isDisordered = this.#inFlight.size > 0;
    this.#putBack([own]);
  }

  rewind(): void {
    const entries = [...this.#inFlight];
    for (const entry of entries) this.#land(entry);
    this.#putBack([...this.#aside.splice(0).map(({ entry }) => entry), ...entries]);
  }

  setAside(entry: LogEntry): void {
    const own = entry as Entry;
    const { selfId } = own.event;
    if (!this.#land(own)) return;
    let at = this.#aside.length;
    while (at > 0 && (this.#aside[at - 1]?.entry.sequence ?? 0) > own.sequence) at -= 1;
    this.#aside.splice(at, 0, { entry: own, selfId });
    this.#checkOverflowSoon();
  }

  takeUp(selfId: string): void {
    const back = this.#aside.filter((each) => each.selfId === selfId);
    if (back.length === 0) return;
    this.#aside = this.#aside.filter((each) => each.selfId !== selfId);
    this.#putBack(back.map(({ entry }) => entry));
  }

  drop(selfId: string): number {
    this.takeUp(selfId);
    const waiting = this.#waiting.slice(this.#head);
    const meant = waiting.filter((entry) => this.#host.load(entry) && entry.event.selfId === selfId);
    const dropped = new Set(meant);
    this.#waiting = waiting.filter((entry) => !dropped.has(entry));
    this.#head = 0;
    for (const entry of meant) this.#letGo(entry);
    return meant.length;
  }

  /** Adds an event at the end and lets the oldest go where the bounds are passed. */
  push(entry: Entry): void {
    const wasEmpty = !this.readable;
    this.restore(entry);
    if (wasEmpty) this.#onReadable?.();
    if (this.bounds.maxAgeMs === 0) this.expire(entry.appendedAt);
    this.#checkOverflowSoon();
  }

  /** Adds an event that an earlier run left. */
  restore(entry: Entry): void {
    this.#waiting.push(entry);
    this.#bytes += entry.byteLength;
    entry.holders += 1;
  }

  /** Lets go of what has waited too long: with `maxAgeMs: 0` all that no reader is there to take. */
  expire(nowMs: number): void {
    const { maxAgeMs } = this.bounds;
    if (maxAgeMs === 0 && this.#onReadable !== undefined) return;
    let events = 0;
    for (;;) {
      const entry = this.#oldestWaiting();
      if (entry === undefined || (maxAgeMs > 0 && nowMs - entry.appendedAt <= maxAgeMs)) break;
      this.#dropOldest();
      events += 1;
    }
    this.#count('tooOld', events);
  }

  /** Lets that event go, if it waits here, for the sake of the whole log's bound. */
  evict(entry: Entry): void {
    const at = this.#indexOf(entry);
    const atAside = at < 0 ? this.#aside.findIndex((each) => each.entry === entry) : -1;
    if (at >= 0) this.#waiting.splice(at, 1);
    else if (atAside >= 0) this.#aside.splice(atAside, 1);
    else return;
    this.#letGo(entry);
    this.#count('overflow', 1);
  }

  /** Removes all events. Returns how many there were. None may be in flight. */
  clear(): number {
    const events = this.waitingEvents;
    while (this.#oldestWaiting() !== undefined) this.#dropOldest();
    return events;
  }

  *#held(): Iterable<Entry> {
    for (let at = this.#head; at < this.#waiting.length; at += 1) yield this.#waiting[at] as Entry;
    yield* this.#inFlight;
    for (const { entry } of this.#aside) yield entry;
  }

  #oldest(): Entry | undefined {
    let oldest = this.#oldestWaiting();
    for (const entry of this.#inFlight) {
      if (oldest === undefined || entry.sequence < oldest.sequence) oldest = entry;
      if (!this.#isDisordered) break;
    }
    return oldest;
  }

  /** The oldest event that is not in flight. */
  #oldestWaiting(): Entry | undefined {
    const waiting = this.#waiting[this.#head];
    const aside = this.#aside[0]?.entry;
    if (aside === undefined || waiting === undefined) return waiting ?? aside;
    return aside.sequence < waiting.sequence ? aside : waiting;
  }

  /** By halves, since what waits is in order. */
  #indexOf({ sequence }: Entry): number {
    let [low, high] = [this.#head, this.#waiting.length - 1];
    while (low <= high) {
      const middle = (low + high) >> 1;
      const found = this.#waiting[middle]?.sequence ?? 0;
      if (found === sequence) return middle;
      if (found < sequence) low = middle + 1;
      else high = middle - 1;
    }
    return -1;
  }

  #shift(): Entry | undefined {
    const entry = this.#waiting[this.#head];
    if (entry === undefined) return undefined;
    this.#head += 1;
    if (this.#head === this.#waiting.length) {
      this.#waiting = [];
      this.#head = 0;
    } else if (this.#head > 1024 && this.#head * 2 > this.#waiting.length) {
      this.#waiting = this.#waiting.slice(this.#head);
      this.#head = 0;
    }
    return entry;
  }

  #putBack(entries: readonly Entry[]): void {
    if (entries.length === 0) return;
    this.#waiting = entries.concat(this.#waiting.slice(this.#head)).sort((a, b) => a.sequence - b.sequence);
    this.#head = 0;
    this.#checkOverflowSoon();
  }

  /** Takes the entry out of flight; false when it is not. */
  #land(entry: Entry): boolean {
    if (!this.#inFlight.remove(entry)) return false;
    this.#inFlightBytes -= entry.byteLength;
    entry.pins -= 1;
    if (this.#inFlight.size === 0) this.#isDisordered = false;
    return true;
  }

  /** Where a reader is there, not before it had its turn to take what came. */
  #checkOverflowSoon(): void {
    if (this.#overflowCheckQueued || !this.#overflows) return;
    if (this.#onReadable === undefined) {
      this.#dropOverflow();
    } else {
      this.#overflowCheckQueued = true;
      setImmediate(() => {
        this.#overflowCheckQueued = false;
        this.#dropOverflow();
      });
    }
  }

  /** One event alone always stays, whatever its size: its server may be up and about to take it. */
  get #overflows(): boolean {
    const { maxEvents, maxBytes } = this.bounds;
    const waiting = this.#waiting.length - this.#head + this.#aside.length;
    return waiting > 1 && (waiting > maxEvents || this.#bytes - this.#inFlightBytes > maxBytes);
  }

  #dropOverflow(): void {
    let events = 0;
    for (; this.#overflows; events += 1) this.#dropOldest();
    this.#count('overflow', events);
  }

  #dropOldest(): void {
    const entry = this.#oldestWaiting();
    if (entry === undefined) return;
    if (this.#aside[0]?.entry === entry) this.#aside.shift();
    else this.#shift();
    this.#letGo(entry);
  }

  #letGo(entry: Entry): void {
    this.#bytes -= entry.byteLength;
    entry.holders -= 1;
    this.#host.released(this, entry);
  }

  #count(reason: keyof DropCounts, events: number): void {
    if (events === 0) return;
    this.dropped[reason] += events;
    this.#host.dropped(this, reason, events);
  }
}
