/**
 * Whether a queue grows: it was never shorter during the last minute than at the beginning of that minute, and is longer now.
 * A queue that is worked off, however slowly, does not grow.
 */
export class QueueGrowth {
  /** The lengths of the last minute, the oldest first; one each {@link SAMPLE_MS}. */
  #samples: number[] = [];
  #sampledAt = Number.NEGATIVE_INFINITY;

  /** Takes a sample when one is due. */
  sample(length: number, now: number): void {
    if (now - this.#sampledAt < SAMPLE_MS) return;
    // Nobody has looked for a while: what was before says nothing about the last minute.
    if (now - this.#sampledAt > 2 * SAMPLE_MS) this.#samples = [];
    this.#sampledAt = now;
    this.#samples.push(length);
    if (this.#samples.length > SAMPLES) this.#samples.shift();
  }

  /** Forgets what was: the link was not up. */
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

/** A minute, and one more. */
const SAMPLES = 60_000 / SAMPLE_MS + 2;
