import { SendRound } from './send-round.ts';

/** Sends what has come for it. */
export interface Flushable {
  flush(round: SendRound): void;
  /** An error of the bridge ended the turn of this link. Its connections can't be used any more. */
  flushFailed(error: unknown): void;
}

/**
 * When links send. All that have something take their turn in one round, so that an event is masked once for all of
 * them, and after a round twice the time passes that it took before the next one begins. A bridge with little to do
 * sends at once; one with much to do sends in few large writes instead of many small ones, each of which would cost
 * a system call, and keeps most of its time for taking events in.
 */
export class FlushRounds {
  readonly #shared = new SendRound();
  /** For the next round. */
  #due: Flushable[] = [];
  /** Of this round; what is before `#at` had its turn. */
  #round: Flushable[] = [];
  #at = 0;
  #spentMs = 0;
  /** In the round before. */
  #lastSpentMs = 0;
  #isQueued = false;
  /** Milliseconds of `performance.now()`. */
  #notBefore = 0;

  /** The link is flushed in the next round. */
  add(link: Flushable): void {
    this.#due.push(link);
    if (!this.#isQueued) this.#queue();
  }

  #queue(): void {
    this.#isQueued = true;
    const waitMs = this.#notBefore - performance.now();
    if (waitMs >= 1) setTimeout(() => this.#goOn(), waitMs);
    else setImmediate(() => this.#goOn());
  }

  /** Begins a round, or goes on with one that was longer than may be at once. */
  #goOn(): void {
    const startMs = performance.now();
    if (startMs < this.#notBefore) {
      this.#queue();
      return;
    }
    if (this.#at === this.#round.length) this.#begin();
    let endMs = startMs;
    while (this.#at < this.#round.length && endMs - startMs <= MAX_TURN_MS) {
      // `#at` is raised first, so that a link that throws does not get a second turn in this round.
      const link = this.#round[this.#at];
      this.#at += 1;
      try {
        link?.flush(this.#shared);
      } catch (error) {
        link?.flushFailed(error);
      }
      endMs = performance.now();
    }
    this.#spentMs += endMs - startMs;
    this.#isQueued = false;
    const isDone = this.#at === this.#round.length;
    // What came for links that had their turn waits for the next round, or a long one would never end: seven times the
    // deliveries/s at 200 servers, one event in each turn (`npm run bench -- fan-out`).
    if (isDone) this.#notBefore = endMs + Math.min(GAP_FACTOR * this.#usualMs, MAX_GAP_MS);
    if (isDone) this.#shared.clear();
    if (!isDone || this.#due.length > 0) this.#queue();
  }

  /**
   * Of a round that took far longer than the one before no more than a part counts: it was held up, by a garbage collection or
   * another process on its core, and the pause after it was a latency of up to 4 ms (`npm run bench -- latency`).
   */
  get #usualMs(): number {
    return Math.min(this.#spentMs, HELD_UP_FACTOR * this.#lastSpentMs);
  }

  #begin(): void {
    this.#shared.begin();
    this.#lastSpentMs = this.#spentMs;
    this.#round = this.#due;
    this.#due = [];
    this.#at = 0;
    this.#spentMs = 0;
  }
}

/** The event loop is not held longer by sending. */
const MAX_TURN_MS = 1;
const GAP_FACTOR = 2;
const HELD_UP_FACTOR = 4;
const MAX_GAP_MS = 4;
