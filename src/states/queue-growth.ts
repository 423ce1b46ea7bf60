/**
 * Decides whether a queue grows: during the last minute it was never shorter than at the beginning of the minute, and
 * it is longer now. A queue that gets shorter, however slowly, does not grow.
 */
export class QueueGrowth {
  /** The lengths of the last minute, the oldest first. One for each {@link SAMPLE_MS}. */
  #samples: number[] = [];
  #sampledAt = Number.NEGATIVE_INFINITY;

  /** Takes a sample, if it is time for one. */
  sample(length: number, now: number): void {
    if (now - this.#sampledAt < SAMPLE_MS) return;
    // The last sample is too old: the samples no longer show the last minute.
    if (now - this.#sampledAt > 2 * SAMPLE_MS) this.#samples = [];
    this.#sampledAt = now;
    this.#samples.push(length);
    if (this.#samples.length > SAMPLES) this.#samples.shift();
  }

  /** Forgets all samples. For a link that was not up. */
  reset(): void {
    this.#samples = [];
    this.#sampledAt = Number.NEGATIVE_INFINITY;
  }

  get grows(): boolean {
    const [first] = this.#samples;
    const last = this.#samples.at(-1);
    if (this.#samples.length < SAMPLES || first === undefined || last === undefined) return false;
    return last > first && this.#samples.every((length) => length >= first);
  }
}

/** The bridge looks at each queue this often. */
export const SAMPLE_MS = 5_000;

/** The samples of a minute, and one more. */
const SAMPLES = 60_000 / SAMPLE_MS + 2;
