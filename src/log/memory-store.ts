import { steadyNow } from '../support/clock.ts';
import type { LetterRecord, RecoveredState, Store, StoreChanges, StoredEvent } from './store.ts';

/** Keeps nothing over the end of the process: events stay in the log's own memory, dead letters here. */
export class MemoryStore implements Store {
  readonly durable = false;
  readonly #letters = new Map<number, LetterRecord>();

  recover(): RecoveredState {
    return { nowMs: steadyNow(), events: [], cursors: [], letters: [] };
  }

  async commit({ letters, removedLetters }: StoreChanges): Promise<void> {
    for (const letter of letters) this.#letters.set(letter.id, letter);
    for (const id of removedLetters) this.#letters.delete(id);
  }

  read(): undefined {
    return undefined;
  }

  readLetter(id: number): StoredEvent | undefined {
    return this.#letters.get(id);
  }

  async close(): Promise<void> {}
}
