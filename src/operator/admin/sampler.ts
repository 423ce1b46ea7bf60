import { StringDecoder } from 'node:string_decoder';

/** Of one event or frame; it says how long the whole is. */
const MAX_ITEM_BYTES = 32 * 1024;

export interface SamplerOptions {
  /** Items between two flushes. */
  readonly maxItems: number;
  /** Their bytes; the first item is taken whatever it holds. */
  readonly maxBytes: number;
}

/** What was taken since the last flush, and how many were left out. */
export interface Sampled<T> {
  readonly items: readonly T[];
  readonly leftOut: number;
}

/** Takes the first items after each flush and counts the others, which cost nothing but that. */
export class Sampler<T> {
  readonly #options: SamplerOptions;
  #items: T[] = [];
  #bytes = 0;
  #leftOut = 0;

  constructor(options: SamplerOptions) {
    this.#options = options;
  }

  /** @param make Is called only for an item that is taken. */
  offer(bytes: number, make: () => T): void {
    const { maxItems, maxBytes } = this.#options;
    const cost = Math.min(bytes, MAX_ITEM_BYTES);
    const isFull = this.#items.length >= maxItems || (this.#items.length > 0 && this.#bytes + cost > maxBytes);
    if (isFull) {
      this.#leftOut += 1;
      return;
    }
    this.#bytes += cost;
    this.#items.push(make());
  }

  /** Undefined where nothing came. */
  flush(): Sampled<T> | undefined {
    if (this.#items.length === 0 && this.#leftOut === 0) return undefined;
    const sampled = { items: this.#items, leftOut: this.#leftOut };
    this.#items = [];
    this.#bytes = 0;
    this.#leftOut = 0;
    return sampled;
  }
}

/** The beginning of some JSON, without half a character at its end. */
export function cutText(bytes: Buffer): string {
  return new StringDecoder('utf8').write(bytes.subarray(0, MAX_ITEM_BYTES));
}
