import { setImmediate as nextTurn } from 'node:timers/promises';
import type {
  CursorRecord,
  EventRecord,
  LetterRecord,
  RecoveredState,
  Store,
  StoreChanges,
  StoredEvent,
} from '../../src/log/store.ts';
import { steadyNow } from '../../src/support/clock.ts';

/** A store on a disk that can break: what is committed stays, and a log that is opened on it anew finds it. */
export class FlakyStore implements Store {
  readonly durable = true;
  /** Commits fail from now on, and change nothing. */
  isBroken = false;
  readonly #events = new Map<number, EventRecord>();
  readonly #cursors = new Map<number, CursorRecord>();
  readonly #letters = new Map<number, LetterRecord>();

  recover(): RecoveredState {
    const events = [...this.#events.values()].sort((a, b) => a.sequence - b.sequence);
    return {
      nowMs: steadyNow(),
      events: events.map((event) => ({ ...event, byteLength: event.bytes.length })),
      cursors: [...this.#cursors.values()],
      letters: [...this.#letters.values()].map((letter) => ({ ...letter, byteLength: letter.bytes.length })),
    };
  }

  async commit(changes: StoreChanges): Promise<void> {
    await nextTurn();
    if (this.isBroken) throw new Error('no space left on device');
    for (const event of changes.events) this.#events.set(event.sequence, event);
    for (const sequence of changes.removedEvents) this.#events.delete(sequence);
    for (const cursor of changes.cursors) this.#cursors.set(cursor.id, cursor);
    for (const id of changes.removedCursors) this.#cursors.delete(id);
    for (const letter of changes.letters) this.#letters.set(letter.id, letter);
    for (const id of changes.removedLetters) this.#letters.delete(id);
  }

  /** What a process that is killed now leaves to the next. */
  afterKill(): FlakyStore {
    const copy = new FlakyStore();
    for (const [id, event] of this.#events) copy.#events.set(id, event);
    for (const [id, cursor] of this.#cursors) copy.#cursors.set(id, cursor);
    for (const [id, letter] of this.#letters) copy.#letters.set(id, letter);
    return copy;
  }

  read(sequence: number): StoredEvent | undefined {
    return this.#events.get(sequence);
  }

  readLetter(id: number): StoredEvent | undefined {
    return this.#letters.get(id);
  }

  async close(): Promise<void> {}
}
