import { type Database, open, type RootDatabase } from 'lmdb';
import { seal } from './record.ts';

/** The tables of the store, in the order in which a {@link Batch} lists their records. */
export const TABLE_NAMES = ['events', 'cursors', 'letters'] as const;

export type TableName = (typeof TABLE_NAMES)[number];
export type Table = Database<Buffer, number>;

/** The open environment; each thread that uses it opens its own. */
export interface Tables extends Readonly<Record<TableName, Table>> {
  readonly root: RootDatabase<Buffer, string>;
}

/** Opens the store in that folder, making it where there is none. */
export function openTables(folder: string): Tables {
  const root = open<Buffer, string>({ path: folder, maxDbs: 8, encoding: 'binary' });
  const table = (name: TableName): Table => root.openDB<Buffer, number>({ name, encoding: 'binary' });
  return { root, events: table('events'), cursors: table('cursors'), letters: table('letters') };
}

/** The changes of one commit, as they go from the main thread to the one that writes. */
export interface Batch {
  readonly tables: Readonly<Record<TableName, TableBatch>>;
  /** All records one after the other, not sealed yet. */
  readonly records: ArrayBuffer;
  /** The reading of the clocks, for {@link CLOCK_KEY}. */
  readonly clock: string;
}

/** The key in the root table for the reading of the clocks at the last commit (`store-clock.ts`). */
export const CLOCK_KEY = 'clock';

export interface TableBatch {
  readonly keys: readonly number[];
  /** Byte lengths of the records, in the order of the keys. */
  readonly lengths: readonly number[];
  readonly removed: readonly number[];
}

/** Makes all changes of a batch in one transaction and syncs it; throws where nothing of it is made. */
export function applyBatch(tables: Tables, { tables: batches, records, clock }: Batch): void {
  tables.root.transactionSync(() => {
    // A batch without changes asks whether the disk takes anything: a transaction without one would not touch it.
    if (TABLE_NAMES.every((name) => isEmpty(batches[name]))) tables.root.putSync('probe', Buffer.alloc(PROBE_BYTES));
    // This costs no extra page: each transaction writes the page of the root table anyway.
    tables.root.putSync(CLOCK_KEY, Buffer.from(clock));
    let at = 0;
    for (const name of TABLE_NAMES) {
      const { keys, lengths, removed } = batches[name];
      const options = { append: goBehind(tables[name], keys) };
      keys.forEach((key, n) => {
        const record = Buffer.from(records, at, lengths[n] ?? 0);
        seal(record);
        tables[name].putSync(key, record, options);
        at += record.length;
      });
      for (const key of removed) tables[name].removeSync(key);
    }
  });
}

/**
 * Whether all keys come behind those that are there, in order, as events mostly do: LMDB fills its pages then, where it would
 * leave half of each empty: 0.76 of the bytes written, 1.2 times the appends/s (`npm run bench -- append`).
 */
function goBehind(table: Table, keys: readonly number[]): boolean {
  if (keys.length === 0) return false;
  const [last = -1] = table.getKeys({ reverse: true, limit: 1 });
  return keys.every((key, n) => key > (keys[n - 1] ?? last));
}

function isEmpty({ keys, removed }: TableBatch): boolean {
  return keys.length === 0 && removed.length === 0;
}

/** Larger than most events. */
const PROBE_BYTES = 64 * 1024;
