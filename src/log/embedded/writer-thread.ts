import { parentPort, workerData } from 'node:worker_threads';
import { applyBatch, type Batch, openTables } from './tables.ts';

// The thread that writes: `LmdbStore` posts one batch at a time and waits for the answer, undefined or what went wrong.
const tables = openTables(String(workerData));

parentPort?.on('message', (batch: Batch | 'close') => {
  if (batch === 'close') {
    void tables.root.close().then(() => parentPort?.close());
    return;
  }
  try {
    applyBatch(tables, batch);
    parentPort?.postMessage(undefined);
  } catch (error) {
    parentPort?.postMessage(error instanceof Error ? error.message : String(error));
  }
});
