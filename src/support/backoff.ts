/**
 * Growing waits between tries: 1 s, 2 s, 4 s, ... 30 s. Each is shortened or lengthened at random by up to a fifth, so
 * that many links that broke together don't come back together. The first wait is never shorter, the longest never
 * longer.
 */
export class Backoff {
  readonly #minMs: number;
  readonly #maxMs: number;
  #failures = 0;

  constructor({ minMs = 1_000, maxMs = 30_000 }: { minMs?: number; maxMs?: number } = {}) {
    this.#minMs = minMs;
    this.#maxMs = maxMs;
  }

  /** Failures since the last reset. */
  get failures(): number {
    return this.#failures;
  }

  /** Counts a failure and says how long to wait, in milliseconds. */
  next(): number {
    const wait = Math.min(this.#maxMs, this.#minMs * 2 ** Math.min(this.#failures, 16));
    this.#failures += 1;
    const jittered = wait * (0.8 + 0.4 * Math.random());
    const excess = Math.max(0, jittered - this.#maxMs) + Math.min(0, jittered - this.#minMs);
    return Math.round(jittered - 2 * excess);
  }

  reset(): void {
    this.#failures = 0;
  }
}
