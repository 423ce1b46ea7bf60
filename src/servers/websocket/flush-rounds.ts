import { MaskedBodies } from './masked-bodies.ts';

/** Sends what has come for it. */
export interface Flushable {
  flush(bodies: MaskedBodies): void;
}

/**
 * When links send. All that have something take their turn in one round, so that an event is masked once for all of
 * them, and after a round twice the time passes that it took before the next one begins. A bridge with little to do
 * sends at once; one with much to do sends in few large writes instead of many small ones, each of which would cost
 * a system call, and keeps most of its time for taking events in.
 */
export class FlushRounds {
  readonly #bodies = new MaskedBodies();
  #due: Flushable[] = [];
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
    if (waitMs >= 1) setTimeout(() => this.#round(), waitMs);
    else setImmediate(() => this.#round());
  }

  #round(): void {
    const startMs = performance.now();
    if (startMs < this.#notBefore) {
      this.#queue();
      return;
    }
    const links = this.#due;
    this.#due = [];
    let flushed = 0;
    let endMs = startMs;
    for (const link of links) {
      link.flush(this.#bodies);
      flushed += 1;
      endMs = performance.now();
      if (endMs - startMs > MAX_ROUND_MS) break;
    }
    this.#isQueued = false;
    if (flushed < links.length) {
      // The rest goes on after reports and pongs had their turn, with the bodies that are masked already.
      this.#due = links.slice(flushed).concat(this.#due);
    } else {
      this.#bodies.clear();
      this.#notBefore = endMs + Math.min(GAP_FACTOR * (endMs - startMs), MAX_GAP_MS);
    }
    if (this.#due.length > 0) this.#queue();
  }
}

/** The event loop is not held longer by sending. */
const MAX_ROUND_MS = 1;
const GAP_FACTOR = 2;
const MAX_GAP_MS = 4;
