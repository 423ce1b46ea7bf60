import { type OneBotEvent, readBotFrame } from '../onebot/bot-frame.ts';
import { eventName } from '../onebot/event-name.ts';
import type { Store, StoredEvent } from './store.ts';
import type { StoreWriter } from './store-writer.ts';
import type { DeadLetter, DeadLetters, NewDeadLetter } from './types.ts';

/** Dead letters: an index in memory, the bytes in the store. */
export class LetterBox implements DeadLetters {
  readonly #writer: StoreWriter;
  readonly #store: Store;
  /** Per server, oldest first. */
  readonly #letters = new Map<string, DeadLetter[]>();
  #lastId = 0;

  constructor(writer: StoreWriter, store: Store) {
    this.#writer = writer;
    this.#store = store;
  }

  recover(letters: Iterable<DeadLetter>): void {
    for (const letter of letters) this.#put(letter);
  }

  add({ event, ...letter }: NewDeadLetter): void {
    const id = this.#lastId + 1;
    const meta = { id, at: Date.now(), event: eventName(event.bytes), selfId: event.selfId, ...letter };
    this.#writer.writeLetter({ ...meta, bytes: event.bytes });
    this.#put({ ...meta, byteLength: event.bytes.length });
  }

  list(server?: string): readonly DeadLetter[] {
    if (server !== undefined) return [...(this.#letters.get(server) ?? [])];
    return [...this.#letters.values()].flat().sort((a, b) => a.id - b.id);
  }

  read(id: number): Buffer | undefined {
    for (const letters of this.#letters.values()) {
      const letter = letters.find((each) => each.id === id);
      if (letter !== undefined) return this.#read(letter)?.bytes;
    }
    return undefined;
  }

  take(server: string): readonly OneBotEvent[] {
    const events = this.list(server).map((letter) => readLetter(this.#read(letter)));
    this.drop(server);
    return events.filter((event) => event !== undefined);
  }

  drop(server: string): number {
    const letters = this.list(server);
    for (const { id } of letters) this.#writer.removeLetter(id);
    this.#letters.delete(server);
    return letters.length;
  }

  regroup(serverOf: (letter: DeadLetter) => string): () => void {
    const moved = this.list().map((letter) => ({ letter, server: serverOf(letter) }));
    const renamed = moved.filter(({ letter, server }) => letter.server !== server);
    if (renamed.length === 0) return () => {};
    for (const { letter, server } of renamed) {
      const stored = this.#read(letter);
      const { byteLength: _byteLength, ...meta } = letter;
      if (stored !== undefined) this.#writer.writeLetter({ ...meta, server, bytes: stored.bytes });
    }
    this.#letters.clear();
    // If a server now has more letters than its limit, the next letter that it gets removes the surplus.
    for (const { letter, server } of moved) {
      const letters = this.#letters.get(server) ?? [];
      letters.push({ ...letter, server });
      this.#letters.set(server, letters);
    }
    const owners = new Map(renamed.map(({ letter }) => [letter.id, letter.server]));
    return () => void this.regroup(({ id, server }) => owners.get(id) ?? server);
  }

  #read({ id }: DeadLetter): StoredEvent | undefined {
    return this.#writer.unwrittenLetter(id) ?? this.#store.readLetter(id);
  }

  #put(letter: DeadLetter): void {
    this.#lastId = Math.max(this.#lastId, letter.id);
    const letters = this.#letters.get(letter.server) ?? [];
    letters.push(letter);
    this.#letters.set(letter.server, letters);
    let bytes = letters.reduce((sum, { byteLength }) => sum + byteLength, 0);
    while (letters.length > MAX_LETTERS || (bytes > MAX_LETTER_BYTES && letters.length > 1)) {
      const oldest = letters.shift();
      if (oldest === undefined) break;
      bytes -= oldest.byteLength;
      this.#writer.removeLetter(oldest.id);
    }
  }
}

function readLetter(stored: StoredEvent | undefined): OneBotEvent | undefined {
  const frame = stored === undefined ? undefined : readBotFrame(stored.bytes, stored.selfId);
  return frame?.kind === 'event' ? frame.event : undefined;
}

/** What is kept of each server's dead letters. */
const MAX_LETTERS = 1_000;
const MAX_LETTER_BYTES = 16 * 1024 * 1024;
