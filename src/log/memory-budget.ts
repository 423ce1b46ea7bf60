import type { Entry } from './entry.ts';

/**
 * Keeps the bytes of events in memory within a bound: past it, the oldest that the store has are held there alone, and
 * where that is not enough, the oldest are evicted. Events in flight stay.
 */
export class MemoryBudget {
  readonly #maxBytes: number;
  readonly #evict: (entry: Entry) => void;
  /** What came into memory, oldest first; some of it has left again. */
  #entries: Entry[] = [];
  #loaded = 0;
  #bytes = 0;

  /** @param evict Makes every cursor that has not taken the entry let go of it. */
  constructor(maxBytes: number, evict: (entry: Entry) => void) {
    this.#maxBytes = maxBytes;
    this.#evict = evict;
  }

  /** The entry's event has come into memory. */
  add(entry: Entry): void {
    this.#entries.push(entry);
    this.#loaded += 1;
    this.#bytes += entry.byteLength;
    this.enforce();
    if (this.#entries.length > 2 * this.#loaded + SLACK) this.#entries = this.#entries.filter(isLoaded);
  }

  /** The event is no longer needed in memory. */
  release(entry: Entry): void {
    if (entry.loaded === undefined) return;
    entry.loaded = undefined;
    this.#loaded -= 1;
    this.#bytes -= entry.byteLength;
  }

  /** To be called when what may be evicted has changed. */
  enforce(): void {
    if (this.#bytes > this.#maxBytes) this.#shrink();
  }

  /** A tenth more than needed, so that it is not done for every event; the newest always stays. */
  #shrink(): void {
    const targetBytes = this.#maxBytes * 0.9;
    const newest = this.#entries.at(-1);
    for (const entry of this.#entries) {
      if (this.#bytes <= targetBytes || entry === newest) break;
      if (entry.pins > 0 || entry.loaded === undefined) continue;
      if (entry.isWritten) this.release(entry);
      else this.#evict(entry);
    }
  }
}

const SLACK = 1024;

function isLoaded(entry: Entry): boolean {
  return entry.loaded !== undefined;
}
