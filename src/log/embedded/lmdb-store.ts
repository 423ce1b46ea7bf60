import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { BridgeError } from '../../support/errors.ts';
import type { Logger } from '../../support/logger.ts';
import { text } from '../../support/text.ts';
import type { RecoveredState, Store, StoreChanges, StoredEvent } from '../store.ts';
import { FolderLock, type FolderLockOptions } from './folder-lock.ts';
import { faultOfStore } from './inspect-file.ts';
import {
  decodeCursor,
  decodeEvent,
  decodeLetter,
  type EncodedRecord,
  encodeCursor,
  encodeEvent,
  encodeLetter,
} from './record.ts';
import { decodeReading, encodeReading, StoreClock } from './store-clock.ts';
import { commitFault, folderFault, openingFault } from './store-faults.ts';
import { type Batch, CLOCK_KEY, openTables, type Table, type TableBatch, type Tables } from './tables.ts';
import { Writer } from './writer.ts';

/**
 * The store on LMDB, in `<data>/events`: three tables, events by sequence, cursors and dead letters by id.
 *
 * Each commit is one transaction, made and synced by a thread of its own (`writer-thread.ts`): after a crash at any
 * instant it is there wholly or not at all, and a failed one (a full disk) changes nothing. This thread only reads.
 * Freed pages are used again; the file never shrinks.
 */
export class LmdbStore implements Store {
  readonly durable = true;
  readonly #path: string;
  readonly #tables: Tables;
  readonly #writer: Writer;
  readonly #lock: FolderLock;
  readonly #logger: Logger;
  readonly #clock: StoreClock;

  /** Use {@link LmdbStore.open}. */
  constructor({ path, tables, lock, logger }: OpenedStore) {
    this.#path = path;
    this.#tables = tables;
    this.#lock = lock;
    this.#logger = logger;
    this.#clock = clockOf(tables);
    this.#writer = new Writer(path);
  }

  /**
   * Opens the store, making it where there is none.
   *
   * @throws BridgeError STORE_IN_USE, STORE_NEWER, STORE_BROKEN or HOME_UNWRITABLE.
   */
  static async open({ dataDir, configFile, logger }: LmdbStoreOptions): Promise<LmdbStore> {
    const path = join(dataDir, 'events');
    const lock = await lockFolder({ dataDir, folder: path, configFile });
    try {
      const fault = faultOfStore(path);
      if (fault !== undefined) throw new Error(fault);
      const tables = openTables(path);
      checkFormat(tables, path);
      return new LmdbStore({ path, tables, lock, logger });
    } catch (error) {
      lock.release();
      throw openingFault(path, error);
    }
  }

  /** @throws BridgeError STORE_BROKEN. */
  recover(): RecoveredState {
    return {
      nowMs: this.#clock.now(),
      cursors: [...this.#intact(this.#tables.cursors, decodeCursor)],
      events: this.#intact(this.#tables.events, decodeEvent),
      letters: this.#intact(this.#tables.letters, decodeLetter),
    };
  }

  async commit(changes: StoreChanges): Promise<void> {
    const events = changes.events.map(encodeEvent);
    const cursors = changes.cursors.map(encodeCursor);
    const letters = changes.letters.map(encodeLetter);
    const batch: Batch = {
      tables: {
        events: tableBatch(
          changes.events.map(({ sequence }) => sequence),
          events,
          changes.removedEvents,
        ),
        cursors: tableBatch(
          changes.cursors.map(({ id }) => id),
          cursors,
          changes.removedCursors,
        ),
        letters: tableBatch(
          changes.letters.map(({ id }) => id),
          letters,
          changes.removedLetters,
        ),
      },
      records: joined([...events, ...cursors, ...letters]),
      clock: encodeReading(this.#clock.reading()),
    };
    try {
      await this.#writer.write(batch);
    } catch (error) {
      throw new Error(commitFault(error instanceof Error ? error.message : String(error), this.#path));
    }
    // A read in this turn of the event loop may have begun before, and would go on with what it saw then.
    this.#tables.root.resetReadTxn();
  }

  read(sequence: number): StoredEvent | undefined {
    const record = this.#tables.events.getBinary(sequence);
    return record === undefined ? undefined : decodeEvent(sequence, record);
  }

  readLetter(id: number): StoredEvent | undefined {
    const record = this.#tables.letters.getBinary(id);
    return record === undefined ? undefined : decodeLetter(id, record);
  }

  async close(): Promise<void> {
    await this.#writer.close();
    await this.#tables.root.close();
    this.#lock.release();
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
      this.#lock.release();
      void this.#writer.close().then(() => this.#tables.root.close());
      throw openingFault(this.#path, error);
    }
    if (broken > 0) this.#logger.error('records of the event log are broken and left out', { records: broken });
  }
}

const FORMAT_KEY = 'format';
const FORMAT = 1;

export interface LmdbStoreOptions {
  readonly dataDir: string;
  /** The config file of this process. A bridge that wants the folder shows it in its error message. */
  readonly configFile: string;
  readonly logger: Logger;
}

interface OpenedStore {
  readonly path: string;
  readonly tables: Tables;
  readonly lock: FolderLock;
  readonly logger: Logger;
}

/** Lets only the owner enter the folder, also if the folder was there before. */
function closeToOthers(path: string): void {
  try {
    chmodSync(path, 0o700);
  } catch {
    // Another user may own the folder, or its file system may have no modes. The next step shows whether the folder can
    // be used.
  }
}

async function lockFolder(options: FolderLockOptions): Promise<FolderLock> {
  try {
    // For its owner alone: LMDB makes its files readable to all, and what waits is what people wrote.
    mkdirSync(options.folder, { recursive: true, mode: 0o700 });
    closeToOthers(options.folder);
    return await FolderLock.take(options);
  } catch (error) {
    throw folderFault(options.folder, error);
  }
}

function checkFormat({ root }: Tables, path: string): void {
  const stored = root.get(FORMAT_KEY)?.toString();
  if (stored === undefined) root.putSync(FORMAT_KEY, Buffer.from(String(FORMAT)));
  if (stored === undefined || stored === String(FORMAT)) return;
  void root.close();
  const found = `format ${stored}, this version knows ${FORMAT}`;
  throw new BridgeError('STORE_NEWER', text`the event log in ${path} was written by another version (${found})`);
}

function clockOf({ root, events }: Tables): StoreClock {
  const [newest] = events.getKeys({ reverse: true, limit: 1 });
  const record = newest === undefined ? undefined : events.getBinary(newest);
  const newestEventMs =
    newest === undefined || record === undefined ? undefined : decodeEvent(newest, record)?.storedAt;
  return new StoreClock({ last: decodeReading(root.get(CLOCK_KEY)?.toString() ?? ''), newestEventMs });
}

function tableBatch(
  keys: readonly number[],
  records: readonly EncodedRecord[],
  removed: readonly number[],
): TableBatch {
  return { keys, lengths: records.map(lengthOf), removed };
}

/** In memory of its own, which can be handed to another thread. */
function joined(records: readonly EncodedRecord[]): ArrayBuffer {
  const all = new Uint8Array(records.reduce((bytes, record) => bytes + lengthOf(record), 0));
  let at = 0;
  for (const [head, body] of records) {
    all.set(head, at);
    all.set(body, at + head.length);
    at += head.length + body.length;
  }
  return all.buffer;
}

function lengthOf([head, body]: EncodedRecord): number {
  return head.length + body.length;
}
