import type { Entry } from './entry.ts';

/**
 * What a reader has taken and not done with, in the order it was taken. Readers are mostly done in that order, which
 * costs a comparison; what is done before its turn leaves a hole until those before it are done too.
 */
export class InFlight {
  #taken: (Entry | undefined)[] = [];
  /** The live part of `#taken` begins here, never with a hole. */
  #head = 0;
  #holes = 0;

  get size(): number {
    return this.#taken.length - this.#head - this.#holes;
  }

  add(entry: Entry): void {
    this.#taken.push(entry);
  }

  /** Takes one out; false when it is not in flight. */
  remove(entry: Entry): boolean {
    const at = this.#taken[this.#head] === entry ? this.#head : this.#taken.indexOf(entry, this.#head);
    if (at < 0) return false;
    this.#taken[at] = undefined;
    this.#holes += 1;
    if (at === this.#head) this.#closeGap();
    return true;
  }

  /** Those that are in flight, in the order they were taken. */
  *[Symbol.iterator](): Iterator<Entry> {
    for (let at = this.#head; at < this.#taken.length; at += 1) {
      const entry = this.#taken[at];
      if (entry !== undefined) yield entry;
    }
  }

  #closeGap(): void {
    while (this.#holes > 0 && this.#taken[this.#head] === undefined) {
      this.#head += 1;
      this.#holes -= 1;
    }
    if (this.#head === this.#taken.length) {
      this.#taken = [];
      this.#head = 0;
    } else if (this.#head > 1024 && this.#head * 2 > this.#taken.length) {
      this.#taken = this.#taken.slice(this.#head);
      this.#head = 0;
    }
  }
}
