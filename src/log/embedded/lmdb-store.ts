import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Database, open, type RootDatabase } from 'lmdb';
import { BridgeError } from '../../support/errors.ts';
import type { Logger } from '../../support/logger.ts';
import type { RecoveredState, Store, StoreChanges, StoredEvent } from '../store.ts';
import { FolderLock } from './folder-lock.ts';
import { faultOfStore } from './inspect-file.ts';
import { decodeCursor, decodeEvent, decodeLetter, encodeCursor, encodeEvent, encodeLetter } from './record.ts';

/**
 * The store on LMDB, in `<data>/events`: three tables, events by sequence, cursors and dead letters by id.
 *
 * Each commit is one transaction: after a crash at any instant it is there wholly or not at all. The transaction
 * itself runs on the main thread, where its failure (a full disk) is an exception that changes nothing; the sync that
 * makes it safe runs in LMDB's own thread. Freed pages are used again; the file never shrinks.
 */
export class LmdbStore implements Store {
  readonly durable = true;
  readonly #path: string;
  readonly #root: RootDatabase<Buffer, string>;
  readonly #events: Table;
  readonly #cursors: Table;
  readonly #letters: Table;
  readonly #lock: FolderLock;
  readonly #logger: Logger;

  /**
   * Opens the store, making it where there is none.
   *
   * @throws BridgeError STORE_IN_USE, STORE_NEWER, STORE_BROKEN or HOME_UNWRITABLE.
   */
  constructor(dataDir: string, logger: Logger) {
    this.#logger = logger;
    const path = join(dataDir, 'events');
    this.#path = path;
    try {
      mkdirSync(path, { recursive: true });
      this.#lock = new FolderLock(path);
    } catch (error) {
      if (error instanceof BridgeError) throw error;
      throw new BridgeError('HOME_UNWRITABLE', `the event log can't be kept in ${path}: ${String(error)}`, {
        cause: error,
      });
    }
    try {
      const fault = faultOfStore(path);
      if (fault !== undefined) throw new Error(fault);
      this.#root = open<Buffer, string>({ path, maxDbs: 8, encoding: 'binary' });
      this.#events = this.#table('events');
      this.#cursors = this.#table('cursors');
      this.#letters = this.#table('letters');
    } catch (error) {
      this.#lock.release();
      throw brokenStore(path, error);
    }
    this.#checkFormat(path);
  }

  /** @throws BridgeError STORE_BROKEN. */
  recover(): RecoveredState {
    return {
      cursors: [...this.#intact(this.#cursors, decodeCursor)],
      events: this.#intact(this.#events, decodeEvent),
      letters: this.#intact(this.#letters, decodeLetter),
    };
  }

  async commit(changes: StoreChanges): Promise<void> {
    this.#root.transactionSync(() => {
      for (const event of changes.events) this.#events.putSync(event.sequence, encodeEvent(event));
      for (const sequence of changes.removedEvents) this.#events.removeSync(sequence);
      for (const cursor of changes.cursors) this.#cursors.putSync(cursor.id, encodeCursor(cursor));
      for (const id of changes.removedCursors) this.#cursors.removeSync(id);
      for (const letter of changes.letters) this.#letters.putSync(letter.id, encodeLetter(letter));
      for (const id of changes.removedLetters) this.#letters.removeSync(id);
    });
    await this.#root.flushed;
  }

  read(sequence: number): StoredEvent | undefined {
    const record = this.#events.getBinary(sequence);
    return record === undefined ? undefined : decodeEvent(sequence, record);
  }

  readLetter(id: number): StoredEvent | undefined {
    const record = this.#letters.getBinary(id);
    return record === undefined ? undefined : decodeLetter(id, record);
  }

  async close(): Promise<void> {
    await this.#root.close();
    this.#lock.release();
  }

  /** Lets go of a store that can't be used, so that it can be tried again. */
  #abandon(): void {
    this.#lock.release();
    void this.#root.close();
  }

  #table(name: string): Table {
    return this.#root.openDB<Buffer, number>({ name, encoding: 'binary' });
  }

  #checkFormat(path: string): void {
    const stored = this.#root.get(FORMAT_KEY)?.toString();
    if (stored === undefined) this.#root.putSync(FORMAT_KEY, Buffer.from(String(FORMAT)));
    if (stored === undefined || stored === String(FORMAT)) return;
    this.#abandon();
    const found = `format ${stored}, this version knows ${FORMAT}`;
    throw new BridgeError('STORE_NEWER', `the event log in ${path} was written by another version (${found})`);
  }

  /** The sound records of a table in the order of their ids; broken ones are said and left out. */
  *#intact<T>(table: Table, decode: (id: number, record: Buffer) => T | undefined): Iterable<T> {
    let broken = 0;
    try {
      for (const { key, value } of table.getRange()) {
        const record = decode(key, value);
        if (record === undefined) broken += 1;
        else yield record;
      }
    } catch (error) {
      this.#abandon();
      throw brokenStore(this.#path, error);
    }
    if (broken > 0) this.#logger.error('records of the event log are broken and left out', { records: broken });
  }
}

function brokenStore(path: string, cause: unknown): BridgeError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  const advice = 'move the folder away to start with an empty log; what waits in it is lost then';
  return new BridgeError('STORE_BROKEN', `the event log in ${path} can't be read: ${reason}; ${advice}`, { cause });
}

type Table = Database<Buffer, number>;

const FORMAT_KEY = 'format';
const FORMAT = 1;
