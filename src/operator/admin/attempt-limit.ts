export interface AttemptLimitOptions {
  /** Failures that a peer has per window. Default 10. */
  readonly max?: number;
  /** Default one minute. */
  readonly windowMs?: number;
  /** Peers that are remembered; past it the longest known is forgotten. Default 1,000. */
  readonly maxPeers?: number;
}

interface Failures {
  count: number;
  readonly until: number;
}

/** Slows down whoever guesses tokens: after too many failures a peer has to wait for the end of its window. */
export class AttemptLimit {
  readonly #max: number;
  readonly #windowMs: number;
  readonly #maxPeers: number;
  readonly #failures = new Map<string, Failures>();

  constructor({ max = 10, windowMs = 60_000, maxPeers = 1_000 }: AttemptLimitOptions = {}) {
    this.#max = max;
    this.#windowMs = windowMs;
    this.#maxPeers = maxPeers;
  }

  /** How long a peer has to wait, in milliseconds; 0 when it may try. */
  waitMs(peer: string, now: number): number {
    const failures = this.#current(peer, now);
    return failures === undefined || failures.count < this.#max ? 0 : failures.until - now;
  }

  /** Counts a wrong token. */
  failed(peer: string, now: number): void {
    const failures = this.#current(peer, now);
    if (failures !== undefined) {
      failures.count += 1;
      return;
    }
    const [oldest] = this.#failures.keys();
    if (oldest !== undefined && this.#failures.size >= this.#maxPeers) this.#failures.delete(oldest);
    this.#failures.set(peer, { count: 1, until: now + this.#windowMs });
  }

  #current(peer: string, now: number): Failures | undefined {
    const failures = this.#failures.get(peer);
    if (failures === undefined || failures.until > now) return failures;
    this.#failures.delete(peer);
    return undefined;
  }
}
