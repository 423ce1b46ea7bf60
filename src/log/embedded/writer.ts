import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { Batch } from './tables.ts';

/**
 * The main thread's side of the thread that writes. A commit waits for the disk, 0.2 ms here and 20 ms on a hard disk,
 * and must not hold up the event loop for that long.
 */
export class Writer {
  readonly #worker: Worker;
  #hasEnded = false;
  #pending: { readonly resolve: () => void; readonly reject: (error: Error) => void } | undefined;

  constructor(folder: string) {
    const file = import.meta.url.endsWith('.ts') ? './writer-thread.ts' : './writer-thread.js';
    this.#worker = new Worker(fileURLToPath(new URL(file, import.meta.url)), { workerData: folder, name: 'event log' });
    // The daemon lives by its listeners, not by this thread.
    this.#worker.unref();
    this.#worker.on('message', (fault: string | undefined) => this.#settle(fault));
    this.#worker.on('error', (error) => this.#settle(error.message));
    this.#worker.on('exit', () => {
      this.#hasEnded = true;
      this.#settle(ENDED);
    });
  }

  /** Writes one batch; the next may follow when it has settled. */
  write(batch: Batch): Promise<void> {
    if (this.#hasEnded) return Promise.reject(new Error(ENDED));
    return new Promise((resolve, reject) => {
      this.#worker.ref();
      this.#pending = { resolve, reject };
      this.#worker.postMessage(batch, [batch.records]);
    });
  }

  async close(): Promise<void> {
    if (this.#hasEnded) return;
    this.#worker.ref();
    this.#worker.postMessage('close');
    await once(this.#worker, 'exit');
  }

  #settle(fault: string | undefined): void {
    const pending = this.#pending;
    this.#pending = undefined;
    this.#worker.unref();
    if (fault === undefined) pending?.resolve();
    else pending?.reject(new Error(fault));
  }
}

const ENDED = 'the thread that writes the event log has ended; a restart mends that';
