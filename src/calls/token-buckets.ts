import type { RateConfig } from '../config/types.ts';

/**
 * Token buckets of one rate, by key. A bucket begins full with `count` tokens and gains one each `periodMs / count`.
 *
 * A bucket is one number: the time at which it will be full again. So a full one need not be kept at all, and there
 * are as many as are in use, {@link MAX_BUCKETS} at most; past that the least lately used is forgotten.
 */
export class TokenBuckets {
  readonly #fullAt = new Map<string, number>();
  readonly #gainMs: number;
  readonly #count: number;

  constructor({ count, periodMs }: RateConfig) {
    this.#count = count;
    this.#gainMs = periodMs / count;
  }

  /** How long until there is a token; 0: there is one now. */
  waitMs(key: string, now: number): number {
    const fullAt = this.#fullAt.get(key) ?? now;
    return Math.max(0, fullAt - (this.#count - 1) * this.#gainMs - now);
  }

  /** Takes a token; an empty bucket stays empty and begins to gain anew. */
  take(key: string, now: number): void {
    const fullAt = Math.max(this.#fullAt.get(key) ?? now, now) + this.#gainMs;
    this.#fullAt.delete(key);
    if (this.#fullAt.size >= MAX_BUCKETS) this.#makeRoom(now);
    this.#fullAt.set(key, Math.min(fullAt, now + this.#count * this.#gainMs));
  }

  get size(): number {
    return this.#fullAt.size;
  }

  #makeRoom(now: number): void {
    for (const [key, fullAt] of this.#fullAt) if (fullAt <= now) this.#fullAt.delete(key);
    for (const key of this.#fullAt.keys()) {
      if (this.#fullAt.size < MAX_BUCKETS) return;
      this.#fullAt.delete(key);
    }
  }
}

/** Group ids are the callers' own. */
const MAX_BUCKETS = 10_000;
