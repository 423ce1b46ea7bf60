/** A wait that has begun. */
export interface Deadline {
  /** It is over before its time. */
  cancel(): void;
}

/**
 * Waits that end some time. Those of one length end in the order in which they began, so one timer serves them all: a
 * timer for each call was 5 % of what it cost (`npm run bench -- calls`).
 */
export class Deadlines {
  readonly #now: () => number;
  /** By length in milliseconds; callers have the same few. */
  readonly #lines = new Map<number, Line>();

  /** @param now Milliseconds of a clock that never jumps. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Calls back after that time, unless it is cancelled before. */
  start(waitMs: number, expire: () => void): Deadline {
    let line = this.#lines.get(waitMs);
    if (line === undefined) {
      line = new Line(waitMs, this.#now, () => this.#lines.delete(waitMs));
      this.#lines.set(waitMs, line);
    }
    return line.add(expire);
  }
}

/** Waits of the same length, the first to end in front. */
class Line {
  readonly #waitMs: number;
  readonly #now: () => number;
  readonly #onEmpty: () => void;
  readonly #waits = new Set<Wait>();
  #timer: NodeJS.Timeout | undefined;

  constructor(waitMs: number, now: () => number, onEmpty: () => void) {
    this.#waitMs = waitMs;
    this.#now = now;
    this.#onEmpty = onEmpty;
  }

  add(expire: () => void): Deadline {
    const wait = new Wait(this, this.#now() + this.#waitMs, expire);
    this.#waits.add(wait);
    this.#timer ??= setTimeout(this.#sweep, this.#waitMs);
    return wait;
  }

  remove(wait: Wait): void {
    if (!this.#waits.delete(wait) || this.#waits.size > 0) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#onEmpty();
  }

  /** Ends the waits whose time has come, and sleeps until that of the next. */
  readonly #sweep = (): void => {
    for (const wait of this.#waits) {
      const leftMs = wait.endsAt - this.#now();
      // Node's timers may be up to a millisecond early.
      if (leftMs >= 1) {
        this.#timer = setTimeout(this.#sweep, leftMs);
        return;
      }
      this.remove(wait);
      wait.expire();
    }
  };
}

class Wait implements Deadline {
  readonly #line: Line;
  /** Of the line's clock. */
  readonly endsAt: number;
  readonly expire: () => void;

  constructor(line: Line, endsAt: number, expire: () => void) {
    this.#line = line;
    this.endsAt = endsAt;
    this.expire = expire;
  }

  cancel(): void {
    this.#line.remove(this);
  }
}
