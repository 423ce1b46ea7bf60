import { compact } from './compact.ts';

/** What several {@link GrowingBuffer}s may hold together. */
export class ByteBudget {
  /** May be changed at any time; what is held already stays. */
  maxBytes: number;
  #heldBytes = 0;

  constructor(maxBytes: number) {
    this.maxBytes = maxBytes;
  }

  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** Reserves bytes; false, and nothing is reserved, when there is no room. */
  take(bytes: number): boolean {
    if (this.#heldBytes + bytes > this.maxBytes) return false;
    this.#heldBytes += bytes;
    return true;
  }

  /** Gives reserved bytes back. */
  give(bytes: number): void {
    this.#heldBytes -= bytes;
  }
}

/** `too large`: more than its own bound. `no room`: more than the shared budget has. The chunk is not taken in then. */
export type Appended = 'taken' | 'too large' | 'no room';

export interface GrowingBufferOptions {
  readonly maxBytes: number;
  /** Shared with others; absent: only `maxBytes` counts. */
  readonly budget?: ByteBudget;
  /** How many bytes the peer has announced. It saves a copy; no memory is reserved for an announcement. */
  readonly expectedBytes?: number | undefined;
}

/**
 * Gathers what a peer sends in chunks into one piece of memory, which doubles when it is full. A list of the chunks would
 * cost some 140 bytes of heap for each, so that a peer could fill the heap with chunks of one byte. The budget is
 * charged with the memory that is held, not with the bytes that have come. All chunks together cost time in proportion to
 * their bytes.
 */
export class GrowingBuffer {
  readonly #maxBytes: number;
  readonly #budget: ByteBudget | undefined;
  readonly #expectedBytes: number | undefined;
  /** Filled up to {@link length}. */
  #memory: Buffer = EMPTY;
  #length = 0;
  #chargedBytes = 0;

  constructor({ maxBytes, budget, expectedBytes }: GrowingBufferOptions) {
    this.#maxBytes = maxBytes;
    this.#budget = budget;
    this.#expectedBytes = expectedBytes;
  }

  /** Bytes gathered so far. */
  get length(): number {
    return this.#length;
  }

  /** A view of what is gathered so far, good until the next call of anything here. */
  get bytes(): Buffer {
    return this.#memory.subarray(0, this.#length);
  }

  append(chunk: Buffer): Appended {
    const length = this.#length + chunk.length;
    if (length > this.#maxBytes) return 'too large';
    if (length > this.#memory.length) {
      const capacity = this.#length === 0 ? chunk.length : this.#capacityFor(length);
      if (!this.#charge(capacity)) return 'no room';
      if (this.#length === 0) {
        // Most bodies come in one chunk, which is not copied then.
        this.#memory = compact(chunk);
        this.#length = length;
        return 'taken';
      }
      const grown = Buffer.allocUnsafeSlow(capacity);
      this.#memory.copy(grown, 0, 0, this.#length);
      this.#memory = grown;
    }
    chunk.copy(this.#memory, this.#length);
    this.#length = length;
    return 'taken';
  }

  /** Hands out what is gathered, in memory of about its size, and is empty again. */
  take(): Buffer {
    const isRoomy = this.#memory.length > this.#length + Math.max(MIN_CAPACITY, this.#length / 8);
    const bytes = isRoomy ? Buffer.from(this.bytes) : this.bytes;
    this.clear();
    return bytes;
  }

  /** Takes the first bytes away, up to `end`; what follows stays. */
  dropTo(end: number): void {
    const rest = Buffer.from(this.#memory.subarray(end, this.#length));
    this.clear();
    if (rest.length > 0) this.append(rest);
  }

  /** Throws everything away. */
  clear(): void {
    this.#memory = EMPTY;
    this.#length = 0;
    this.#charge(0);
  }

  #capacityFor(length: number): number {
    const doubled = Math.min(Math.max(length, this.#memory.length * 2, MIN_CAPACITY), this.#maxBytes);
    const expected = this.#expectedBytes;
    return expected !== undefined && expected >= length ? Math.min(doubled, expected) : doubled;
  }

  #charge(bytes: number): boolean {
    if (this.#budget !== undefined && !this.#budget.take(bytes - this.#chargedBytes)) return false;
    this.#chargedBytes = bytes;
    return true;
  }
}

const EMPTY = Buffer.alloc(0);
const MIN_CAPACITY = 1024;
