import { type OneBotEvent, readBotFrame } from '../onebot/bot-frame.ts';
import { eventName } from '../onebot/event-name.ts';
import { steadyNow } from '../support/clock.ts';
import type { Logger } from '../support/logger.ts';
import { Cursor, type CursorHost } from './cursor.ts';
import { type CursorGroup, entriesOf, groupCursors, inverseOf, onlyCursor } from './cursor-groups.ts';
import { DropReport } from './drop-report.ts';
import { Entry } from './entry.ts';
import { LetterBox } from './letter-box.ts';
import { LogUnavailableError } from './log-unavailable-error.ts';
import { MemoryBudget } from './memory-budget.ts';
import { NoteOfTime } from './note-of-time.ts';
import type { Store } from './store.ts';
import { StoreWriter } from './store-writer.ts';
import type { AppendOptions, CursorBounds, CursorMove, DropCounts, EventLog, LogCursor, LogHealth } from './types.ts';

/**
 * The event log of one process: one entry per event, shared by all cursors it is for, kept by a {@link Store}.
 *
 * An appended event can be read at once, from memory; a commit makes it safe, shared with all that came meanwhile
 * (`StoreWriter`). What waits long is held by reference alone and read back when its turn comes (`MemoryBudget`).
 * An event is removed from the store when its last cursor has let go of it.
 *
 * Guarantees order per cursor, bounds per cursor and in all. After a crash every event whose append had settled is
 * there again, and some that were acknowledged just before it.
 */
export class SharedLog implements EventLog, CursorHost {
  readonly deadLetters: LetterBox;
  readonly #boundsOf: SharedLogOptions['boundsOf'];
  readonly #drops: DropReport;
  readonly #logger: Logger;
  readonly #store: Store;
  readonly #writer: StoreWriter;
  readonly #memory: MemoryBudget;
  readonly #cursors = new Map<string, Cursor>();
  #readers = new WeakMap<readonly string[], readonly Cursor[]>();
  #lastSequence = 0;
  #lastCursorId = 0;
  /** The store's own time minus `steadyNow()`. */
  #storeOffsetMs = 0;
  readonly #noteOfTime = new NoteOfTime();
  readonly #sweep: NodeJS.Timeout;

  constructor({ store, boundsOf, maxMemoryBytes, logger }: SharedLogOptions) {
    this.#store = store;
    this.#boundsOf = boundsOf;
    this.#logger = logger;
    this.#drops = new DropReport(logger);
    this.#memory = new MemoryBudget(maxMemoryBytes, (entry) => this.#evict(entry));
    this.#writer = new StoreWriter({
      store,
      logger,
      lastSequence: () => this.#lastSequence,
      onFailed: () => this.#memory.enforce(),
    });
    this.deadLetters = new LetterBox(this.#writer, store);
    this.#recover();
    this.#sweep = setInterval(() => this.#expire(), SWEEP_MS).unref();
  }

  append(event: OneBotEvent, cursors: readonly string[], { mustBeSafe = false }: AppendOptions = {}): Promise<void> {
    if (cursors.length === 0) {
      if (this.#logger.debugEnabled) this.#tell(event, { readers: 0 });
      return SAFE;
    }
    const { health } = this.#writer;
    if (mustBeSafe && health.kind === 'failing') return Promise.reject(new LogUnavailableError(health.reason));
    this.#lastSequence += 1;
    const appendedAt = steadyNow();
    const entry = new Entry({
      sequence: this.#lastSequence,
      appendedAt,
      storedAt: appendedAt + this.#storeOffsetMs,
      byteLength: event.bytes.length,
      selfId: event.selfId,
      event,
    });
    if (this.#logger.debugEnabled) this.#tell(event, { sequence: entry.sequence, readers: cursors.length });
    const readers = this.#readersOf(cursors);
    this.#memory.add(entry);
    // Held until every cursor has it: one that keeps nothing must not take it from the next.
    entry.holders = 1;
    // Readers first: what they do in the next turn of the event loop comes before the commit.
    for (const reader of readers) reader.push(entry);
    const written = this.#writer.write(entry, readers, mustBeSafe);
    entry.holders -= 1;
    this.#releaseIfDone(entry);
    return written;
  }

  cursor(name: string): LogCursor {
    return this.#cursorOf(name);
  }

  cursorNames(): readonly string[] {
    return [...this.#cursors.keys()];
  }

  regroup(moves: ReadonlyMap<string, CursorMove>): () => void {
    const { sources, groups } = groupCursors(this.#cursors, moves);
    const inverse = inverseOf(groups);
    const contents = [...groups].map(([name, group]) => {
      const entries = onlyCursor(group) === undefined ? entriesOf(group) : [];
      return { name, group, entries };
    });
    const goOn = new Set(contents.map(({ group }) => onlyCursor(group)));
    const ended = [...sources].filter((cursor) => !goOn.has(cursor));
    for (const { name } of sources) this.#cursors.delete(name);
    const takenOut = ended.flatMap((cursor) => cursor.takeOut());
    for (const { name, group, entries } of contents) {
      const only = onlyCursor(group);
      if (only === undefined) this.#makeGroup(name, group, { entries, sources });
      else this.#rename(only, name);
    }
    for (const cursor of ended) this.#writer.cursorRemoved(cursor);
    for (const entry of new Set(takenOut)) this.#releaseIfDone(entry);
    this.#readers = new WeakMap();
    return () => void this.regroup(inverse);
  }

  flush(): Promise<void> {
    return this.#writer.flush();
  }

  remove(name: string): number {
    const cursor = this.#cursors.get(name);
    if (cursor === undefined) return 0;
    if (cursor.hasInFlight) throw new Error(`cursor ${name} has events in flight and can not be removed`);
    const events = cursor.clear();
    this.#cursors.delete(name);
    this.#readers = new WeakMap();
    this.#writer.cursorRemoved(cursor);
    return events;
  }

  refreshBounds(): void {
    for (const cursor of this.#cursors.values()) cursor.bounds = this.#boundsOf(cursor.name, cursor.bounds);
  }

  get health(): LogHealth {
    return this.#writer.health;
  }

  async close(): Promise<void> {
    clearInterval(this.#sweep);
    this.#drops.report(Number.POSITIVE_INFINITY);
    await this.#writer.close();
    await this.#store.close();
  }

  load(entry: Entry): boolean {
    if (entry.loaded !== undefined) return true;
    const event = this.#read(entry);
    if (event === undefined) return false;
    entry.loaded = event;
    this.#memory.add(entry);
    return true;
  }

  /** Undefined where the store does not have the event any more, or has something else in its place. */
  #read({ sequence }: Entry): OneBotEvent | undefined {
    try {
      const stored = this.#store.read(sequence);
      const frame = stored === undefined ? undefined : readBotFrame(stored.bytes, stored.selfId);
      return frame?.kind === 'event' ? frame.event : undefined;
    } catch (error) {
      this.#logger.error('an event can not be read back', { sequence, error });
      return undefined;
    }
  }

  released(cursor: Cursor, entry: Entry): void {
    this.#writer.cursorMoved(cursor);
    this.#releaseIfDone(entry);
  }

  dropped(cursor: Cursor, reason: keyof DropCounts, events: number): void {
    this.#drops.add(cursor.name, reason, events);
  }

  #tell({ selfId, bytes }: OneBotEvent, fields: { readonly sequence?: number; readonly readers: number }): void {
    this.#logger.debug('an event came', { bot: selfId, event: eventName(bytes), bytes: bytes.length, ...fields });
  }

  #releaseIfDone(entry: Entry): void {
    if (entry.holders > 0) return;
    this.#memory.release(entry);
    this.#writer.remove(entry);
  }

  #recover(): void {
    const { nowMs, events, cursors, letters } = this.#store.recover();
    const now = steadyNow();
    this.#storeOffsetMs = nowMs - now;
    const byId = new Map<number, { cursor: Cursor; acknowledgedTo: number }>();
    const listing = new Map<number, Cursor[]>();
    for (const { id, name, acknowledgedTo, listed } of cursors) {
      const cursor = this.#makeCursor(id, name);
      byId.set(id, { cursor, acknowledgedTo });
      for (const sequence of listed) listing.set(sequence, [...(listing.get(sequence) ?? []), cursor]);
      cursor.listTo(listed.at(-1) ?? 0);
      this.#lastSequence = Math.max(this.#lastSequence, acknowledgedTo);
    }
    const selfIds = new Map<string, string>();
    for (const { sequence, storedAt, byteLength, selfId, cursors: ids } of events) {
      this.#lastSequence = Math.max(this.#lastSequence, sequence);
      // Limits the time of a damaged or foreign record: an event on disk can't be younger than a new one.
      const appendedAt = Math.min(storedAt - this.#storeOffsetMs, now);
      const entry = new Entry({ sequence, appendedAt, storedAt, byteLength, selfId: shared(selfIds, selfId) });
      for (const cursor of listing.get(sequence) ?? []) cursor.restore(entry);
      for (const id of ids) {
        const reader = byId.get(id);
        if (reader !== undefined && sequence > reader.acknowledgedTo) reader.cursor.restore(entry);
      }
      if (entry.holders === 0) this.#writer.remove(entry);
    }
    this.deadLetters.recover(letters);
    this.#expire();
  }

  #rename(cursor: Cursor, name: string): void {
    // The cursor keeps its limits until {@link refreshBounds}: a move that is undone must not have dropped any event.
    cursor.name = name;
    this.#cursors.set(name, cursor);
    this.#writer.cursorNamed(cursor);
  }

  #makeGroup(name: string, { whole }: CursorGroup, { entries, sources }: GroupContents): void {
    const cursor = this.#makeCursor(this.#lastCursorId + 1, name);
    cursor.bounds = [...sources].map(({ bounds }) => bounds).reduce(loosest, cursor.bounds);
    cursor.listTo(this.#lastSequence);
    for (const entry of entries) cursor.restore(entry);
    for (const { dropped } of whole) cursor.addDropped(dropped);
  }

  /** The router gives the same list for all events of a bot: looked up once, until a name means another cursor. */
  #readersOf(names: readonly string[]): readonly Cursor[] {
    let readers = this.#readers.get(names);
    if (readers === undefined) {
      readers = names.map((name) => this.#cursorOf(name));
      this.#readers.set(names, readers);
    }
    return readers;
  }

  #cursorOf(name: string): Cursor {
    return this.#cursors.get(name) ?? this.#makeCursor(this.#lastCursorId + 1, name);
  }

  #makeCursor(id: number, name: string): Cursor {
    const cursor = new Cursor({ id, name, bounds: this.#boundsOf(name), host: this });
    this.#lastCursorId = Math.max(this.#lastCursorId, id);
    this.#cursors.set(name, cursor);
    this.#writer.cursorNamed(cursor);
    return cursor;
  }

  /**
   * The log is past its bound in memory: every cursor that has not taken the entry lets go of it. Not while a commit is
   * about to make it safe; until then memory may overshoot.
   */
  #evict(entry: Entry): void {
    if (this.#writer.health.kind === 'durable') return;
    for (const cursor of this.#cursors.values()) cursor.evict(entry);
  }

  /** Makes the store note the time. The store notes it with each change, so this writes a waiting cursor unchanged. */
  #noteTime(): void {
    for (const cursor of this.#cursors.values()) {
      if (cursor.waitingEvents === 0) continue;
      this.#writer.cursorMoved(cursor);
      return;
    }
  }

  #expire(): void {
    const now = steadyNow();
    for (const cursor of this.#cursors.values()) cursor.expire(now);
    this.#drops.report(now);
    if (this.#noteOfTime.isDue(now, Date.now())) this.#noteTime();
  }
}

export interface SharedLogOptions {
  readonly store: Store;
  /** The limits of the cursor with this name. `inForce`: the limits that it has now, if it exists already. */
  readonly boundsOf: (cursor: string, inForce?: CursorBounds) => CursorBounds;
  /** Bytes of events in memory. Past it, a durable log holds the oldest in its store alone; otherwise they go. */
  readonly maxMemoryBytes: number;
  readonly logger: Logger;
}

interface GroupContents {
  readonly entries: readonly Entry[];
  /** All cursors that are moved or changed. */
  readonly sources: ReadonlySet<Cursor>;
}

/** The limits that drop no event which one of the two would keep. `maxAgeMs: 0` keeps nothing. */
function loosest(one: CursorBounds, other: CursorBounds): CursorBounds {
  return {
    maxAgeMs: Math.max(one.maxAgeMs, other.maxAgeMs),
    maxEvents: Math.max(one.maxEvents, other.maxEvents),
    maxBytes: Math.max(one.maxBytes, other.maxBytes),
  };
}

/** Returns one string object for equal texts, so that all events of a bot share it in memory. */
function shared(texts: Map<string, string>, text: string): string {
  const known = texts.get(text);
  if (known === undefined) texts.set(text, text);
  return known ?? text;
}

const SWEEP_MS = 1_000;
const SAFE = Promise.resolve();
