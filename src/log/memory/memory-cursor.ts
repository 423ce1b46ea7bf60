import type { CursorBounds, DropCounts, LogCursor, LogEntry } from '../types.ts';

/** What a cursor tells the log that it belongs to. */
export interface CursorHost {
  /** The cursor has let go of the entry: delivered or dropped. */
  released(entry: LogEntry): void;
  dropped(cursor: string, reason: keyof DropCounts, events: number): void;
}

/** A cursor over events in memory: references to shared entries, the oldest first. */
export class MemoryCursor implements LogCursor {
  readonly name: string;
  readonly dropped = { tooOld: 0, overflow: 0 };
  readonly #bounds: CursorBounds;
  readonly #host: CursorHost;
  /** Not yet taken; the live part begins at `#head`, so that taking one costs no shift. */
  #waiting: LogEntry[] = [];
  #head = 0;
  readonly #inFlight = new Set<LogEntry>();
  #bytes = 0;
  #onReadable: (() => void) | undefined;

  constructor(name: string, bounds: CursorBounds, host: CursorHost) {
    this.name = name;
    this.#bounds = bounds;
    this.#host = host;
  }

  get waitingEvents(): number {
    return this.#waiting.length - this.#head + this.#inFlight.size;
  }

  get waitingBytes(): number {
    return this.#bytes;
  }

  get readable(): boolean {
    return this.#head < this.#waiting.length;
  }

  setReader(onReadable: (() => void) | undefined): void {
    this.#onReadable = onReadable;
  }

  take(): LogEntry | undefined {
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
    this.#inFlight.add(entry);
    return entry;
  }

  acknowledge(entry: LogEntry): void {
    if (!this.#inFlight.delete(entry)) return;
    this.#bytes -= entry.event.bytes.length;
    this.#host.released(entry);
  }

  giveBack(entry: LogEntry): void {
    if (this.#inFlight.delete(entry)) this.#putBack([entry]);
  }

  rewind(): void {
    const entries = [...this.#inFlight];
    this.#inFlight.clear();
    this.#putBack(entries);
  }

  /** Adds an event at the end and lets the oldest go where the bounds are passed. */
  push(entry: LogEntry): void {
    const wasEmpty = !this.readable;
    this.#waiting.push(entry);
    this.#bytes += entry.event.bytes.length;
    if (wasEmpty) this.#onReadable?.();
    this.#dropOverflow();
  }

  /** Lets go of what has waited too long. */
  expire(nowMs: number): void {
    let events = 0;
    for (;;) {
      const entry = this.#waiting[this.#head];
      if (entry === undefined || nowMs - entry.appendedAt <= this.#bounds.maxAgeMs) break;
      this.#dropOldest();
      events += 1;
    }
    this.#count('tooOld', events);
  }

  /** Lets that event go for the sake of the whole log's bound, if it is the oldest not yet taken. */
  evict(entry: LogEntry): void {
    if (this.#waiting[this.#head] !== entry) return;
    this.#dropOldest();
    this.#count('overflow', 1);
  }

  /** Lets everything go; returns how many events that were. */
  clear(): number {
    const events = this.waitingEvents;
    while (this.readable) this.#dropOldest();
    for (const entry of this.#inFlight) this.acknowledge(entry);
    return events;
  }

  #putBack(entries: readonly LogEntry[]): void {
    if (entries.length === 0) return;
    this.#waiting = entries.concat(this.#waiting.slice(this.#head)).sort((a, b) => a.sequence - b.sequence);
    this.#head = 0;
  }

  /** One event alone always stays, whatever its size: its server may be up and about to take it. */
  #dropOverflow(): void {
    let events = 0;
    while (
      this.#waiting.length - this.#head > 1 &&
      (this.waitingEvents > this.#bounds.maxEvents || this.#bytes > this.#bounds.maxBytes)
    ) {
      this.#dropOldest();
      events += 1;
    }
    this.#count('overflow', events);
  }

  #dropOldest(): void {
    const entry = this.take();
    if (entry !== undefined) this.acknowledge(entry);
  }

  #count(reason: keyof DropCounts, events: number): void {
    if (events === 0) return;
    this.dropped[reason] += events;
    this.#host.dropped(this.name, reason, events);
  }
}
