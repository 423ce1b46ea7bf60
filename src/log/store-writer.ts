import { steadyNow } from '../support/clock.ts';
import type { Logger } from '../support/logger.ts';
import type { Cursor } from './cursor.ts';
import type { Entry } from './entry.ts';
import { LogUnavailableError } from './log-unavailable-error.ts';
import type { LetterRecord, Store, StoreChanges } from './store.ts';
import type { LogHealth } from './types.ts';

/**
 * Writes the log's changes to its store in group commits: one at a time, each with all that came during the last, so
 * that many appends share one sync. What no cursor needs any more before its turn is never written.
 *
 * When a commit fails, its changes are kept and tried again every {@link RETRY_MS}; until one succeeds the log's
 * health is `failing`.
 */
export class StoreWriter {
  readonly #store: Store;
  readonly #logger: Logger;
  readonly #lastSequence: () => number;
  readonly #onFailed: () => void;
  #events = new Map<Entry, readonly Cursor[]>();
  readonly #ids = new WeakMap<readonly Cursor[], readonly number[]>();
  readonly #removedEvents = new Set<number>();
  /** New or renamed: an event must not be written before the cursor it is for. */
  readonly #namedCursors = new Set<Cursor>();
  /** Those with acknowledgements that are not written; a busy log has many at each commit, so they go seldom. */
  readonly #movedCursors = new Set<Cursor>();
  #movesWrittenAt = Number.NEGATIVE_INFINITY;
  readonly #removedCursors = new Set<number>();
  readonly #letters = new Map<number, LetterRecord>();
  readonly #removedLetters = new Set<number>();
  /** Who waits for the next commit. */
  #waiting: Waiting | undefined;
  #committing: Promise<void> | undefined;
  /** What the commit under way writes. */
  #taken: Taken | undefined;
  /** Somebody waits for the next commit. */
  #isAwaited = false;
  #timer: NodeJS.Timeout | undefined;
  /** Milliseconds of `performance.now()`. */
  #timerDueAt = 0;
  #failing: { readonly reason: string; readonly since: number } | undefined;
  #isClosing = false;

  constructor({ store, logger, lastSequence, onFailed }: StoreWriterOptions) {
    this.#store = store;
    this.#logger = logger;
    this.#lastSequence = lastSequence;
    this.#onFailed = onFailed;
  }

  get health(): LogHealth {
    if (this.#failing !== undefined) return { kind: 'failing', ...this.#failing };
    return { kind: this.#store.durable ? 'durable' : 'memory' };
  }

  /**
   * Settles when the entry is safe, or need not be.
   *
   * @param isAwaited Whether somebody waits for that; else there is time for its readers to be done with it, and what they
   *   are done with needs no disk.
   */
  write(entry: Entry, readers: readonly Cursor[], isAwaited: boolean): Promise<void> {
    this.#events.set(entry, readers);
    this.#waiting ??= new Waiting();
    if (isAwaited) this.#commitSoon();
    else this.#commitWithin(GATHER_MS);
    return this.#waiting.promise;
  }

  /** Settles when all earlier changes are safe on disk, acknowledgements included. */
  flush(): Promise<void> {
    this.#movesWrittenAt = Number.NEGATIVE_INFINITY;
    this.#waiting ??= new Waiting();
    this.#commitSoon();
    return this.#waiting.promise;
  }

  remove(entry: Entry): void {
    // Not written yet: it need not be at all.
    if (this.#events.delete(entry)) return;
    this.#removedEvents.add(entry.sequence);
    this.#commitLater();
  }

  cursorNamed(cursor: Cursor): void {
    this.#namedCursors.add(cursor);
    this.#commitLater();
  }

  cursorMoved(cursor: Cursor): void {
    this.#movedCursors.add(cursor);
    this.#commitLater();
  }

  cursorRemoved(cursor: Cursor): void {
    this.#namedCursors.delete(cursor);
    this.#movedCursors.delete(cursor);
    this.#removedCursors.add(cursor.id);
    this.#commitLater();
  }

  writeLetter(letter: LetterRecord): void {
    this.#letters.set(letter.id, letter);
    // Writes the acknowledgement of the event in the same commit. If the daemon were killed between two commits, the
    // event would be there beside its letter.
    this.#movesWrittenAt = Number.NEGATIVE_INFINITY;
    this.#commitSoon();
  }

  /** A letter that has not been written yet. */
  unwrittenLetter(id: number): LetterRecord | undefined {
    return this.#letters.get(id) ?? this.#taken?.letters.find((letter) => letter.id === id);
  }

  removeLetter(id: number): void {
    if (this.#letters.delete(id)) return;
    this.#removedLetters.add(id);
    this.#commitLater();
  }

  /** Makes a last try to write what is left. */
  async close(): Promise<void> {
    this.#isClosing = true;
    clearTimeout(this.#timer);
    await this.#committing;
    if (this.#hasChanges()) await this.#commit();
  }

  #hasChanges(): boolean {
    const { size } = this.#events;
    const removed = this.#removedEvents.size + this.#removedCursors.size + this.#removedLetters.size;
    const cursors = this.#namedCursors.size + this.#movedCursors.size;
    return size + removed + cursors + this.#letters.size > 0;
  }

  /** With whatever else comes in this turn of the event loop. */
  #commitSoon(): void {
    this.#isAwaited = true;
    if (this.#committing !== undefined || this.#isClosing || this.#failing !== undefined) return;
    this.#committing = nextTurn().then(() => this.#commitAll());
  }

  /** Acknowledgements may lag: after a crash a few events come again. */
  #commitLater(): void {
    this.#commitWithin(LAG_MS);
  }

  #commitWithin(waitMs: number): void {
    if (this.#committing !== undefined || this.#isClosing || this.#failing !== undefined) return;
    const dueAt = performance.now() + waitMs;
    if (this.#timer !== undefined && this.#timerDueAt <= dueAt) return;
    this.#timerDueAt = dueAt;
    this.#setTimer(waitMs);
  }

  #setTimer(waitMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#committing ??= this.#commitAll();
    }, waitMs);
    // Acknowledgements alone keep no process alive.
    if (this.#waiting === undefined) this.#timer.unref();
  }

  async #commitAll(): Promise<void> {
    // What nobody waits for doesn't keep it going, or it would sync once for each round trip to a server.
    do {
      this.#isAwaited = false;
      await this.#commit();
    } while (this.#isAwaited && this.#failing === undefined);
    this.#committing = undefined;
    if (this.#hasChanges()) this.#commitWithin(this.#events.size > 0 ? GATHER_MS : LAG_MS);
  }

  async #commit(): Promise<void> {
    const taken = this.#take();
    const waiting = this.#waiting;
    this.#waiting = undefined;
    this.#taken = taken;
    try {
      // With nothing to write it is still to be found out whether the store takes something again.
      if (!isEmpty(taken) || this.#failing !== undefined) await this.#store.commit(this.#changesOf(taken));
      for (const entry of taken.events.keys()) entry.isWritten = true;
      if (this.#failing !== undefined) this.#logger.info('the event log is written again');
      this.#failing = undefined;
      waiting?.resolve();
    } catch (error) {
      this.#putBack(taken);
      this.#fail(error);
      waiting?.reject(new LogUnavailableError('it could not be written', error));
    } finally {
      this.#taken = undefined;
    }
  }

  #fail(error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    this.#logger.error('the event log can not be written: events are in memory only, HTTP reports are answered 503', {
      reason,
    });
    this.#failing ??= { reason, since: steadyNow() };
    this.#onFailed();
    if (this.#isClosing) return;
    this.#setTimer(RETRY_MS);
  }

  #take(): Taken {
    const taken = {
      events: this.#events,
      removedEvents: [...this.#removedEvents],
      cursors: this.#takeCursors(),
      removedCursors: [...this.#removedCursors],
      letters: [...this.#letters.values()],
      removedLetters: [...this.#removedLetters],
    };
    this.#events = new Map();
    for (const changes of [this.#removedEvents, this.#removedCursors]) changes.clear();
    for (const changes of [this.#letters, this.#removedLetters]) changes.clear();
    return taken;
  }

  #takeCursors(): readonly Cursor[] {
    const named = [...this.#namedCursors];
    this.#namedCursors.clear();
    const now = steadyNow();
    if (now - this.#movesWrittenAt < LAG_MS && !this.#isClosing) return named;
    this.#movesWrittenAt = now;
    for (const cursor of named) this.#movedCursors.delete(cursor);
    const moved = [...this.#movedCursors];
    this.#movedCursors.clear();
    return named.concat(moved);
  }

  #putBack(taken: Taken): void {
    // In front of what has come since: the store likes them in order.
    this.#events = new Map([...[...taken.events].filter(([entry]) => entry.holders > 0), ...this.#events]);
    for (const sequence of taken.removedEvents) this.#removedEvents.add(sequence);
    for (const cursor of taken.cursors) if (!this.#removedCursors.has(cursor.id)) this.#namedCursors.add(cursor);
    for (const id of taken.removedCursors) this.#removedCursors.add(id);
    for (const letter of taken.letters)
      if (!this.#removedLetters.delete(letter.id)) this.#letters.set(letter.id, letter);
    for (const id of taken.removedLetters) this.#removedLetters.add(id);
  }

  #changesOf({ events, cursors, ...others }: Taken): StoreChanges {
    const last = this.#lastSequence();
    return {
      ...others,
      events: [...events].map(([{ sequence, storedAt, event }, readers]) => ({
        sequence,
        storedAt,
        selfId: event.selfId,
        bytes: event.bytes,
        cursors: this.#idsOf(readers),
      })),
      cursors: cursors.map((cursor) => ({
        id: cursor.id,
        name: cursor.name,
        ...cursor.position(last),
      })),
    };
  }

  /** All events of a bot have one list of readers, of which there may be hundreds. */
  #idsOf(readers: readonly Cursor[]): readonly number[] {
    let ids = this.#ids.get(readers);
    if (ids === undefined) {
      ids = readers.map(({ id }) => id);
      this.#ids.set(readers, ids);
    }
    return ids;
  }
}

export interface StoreWriterOptions {
  readonly store: Store;
  readonly logger: Logger;
  /** The sequence of the newest event. */
  readonly lastSequence: () => number;
  /** Called after each commit that failed. */
  readonly onFailed: () => void;
}

interface Taken {
  readonly events: ReadonlyMap<Entry, readonly Cursor[]>;
  readonly removedEvents: readonly number[];
  readonly cursors: readonly Cursor[];
  readonly removedCursors: readonly number[];
  readonly letters: readonly LetterRecord[];
  readonly removedLetters: readonly number[];
}

function isEmpty({ events, ...others }: Taken): boolean {
  return events.size === 0 && Object.values(others).every(({ length }) => length === 0);
}

/** One promise for all that wait for the same commit. */
class Waiting {
  resolve!: () => void;
  reject!: (error: unknown) => void;
  readonly promise: Promise<void>;

  constructor() {
    this.promise = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    // An event of a WebSocket has nobody who waits; the failure is logged where it happens.
    this.promise.catch(() => {});
  }
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** How long an event that nobody waits for may not be on disk. */
const GATHER_MS = 5;
/** How far acknowledgements may lag behind on disk. */
const LAG_MS = 100;
const RETRY_MS = 1_000;
