import { open } from 'lmdb';
import { TABLE_NAMES } from './tables.ts';

// Reads every record of the store in the folder that is its argument; run as a process of its own, see `inspect-file.ts`.
const root = open<Buffer, string>({ path: process.argv[2] ?? '', maxDbs: 8, encoding: 'binary', readOnly: true });
// The list first: opening a table while the root is walked would break the walk.
const names = [...root.getKeys()].filter((name) => TABLE_NAMES.some((table) => table === name));
for (const name of names) {
  const table = root.openDB<Buffer, number>({ name, encoding: 'binary' });
  for (const { value } of table.getRange()) value.at(0);
}
await root.close();
