import { open } from 'lmdb';

// Reads every record of the store in the folder that is its argument; run as a process of its own, see `inspect-file.ts`.
const root = open<Buffer, string>({ path: process.argv[2] ?? '', maxDbs: 8, encoding: 'binary', readOnly: true });
for (const { key } of root.getRange()) {
  if (typeof key !== 'string' || key === 'format') continue;
  const table = root.openDB<Buffer, number>({ name: key, encoding: 'binary' });
  for (const { value } of table.getRange()) value.at(0);
}
await root.close();
