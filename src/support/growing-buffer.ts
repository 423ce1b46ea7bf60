import { compact } from './compact.ts';

/** A limit of the memory that several {@link GrowingBuffer}s hold together. */
export class ByteBudget {
  /** May be changed at any time. Bytes that are held already stay. */
  maxBytes: number;
  #heldBytes = 0;

  constructor(maxBytes: number) {
    this.maxBytes = maxBytes;
  }

  get heldBytes(): number {
    return this.#heldBytes;
  }

  /** Reserves bytes. Returns false and reserves nothing when there is no room. */
  take(bytes: number): boolean {
    if (this.#heldBytes + bytes > this.maxBytes) return false;
    this.#heldBytes += bytes;
    return true;
  }

  /** Releases reserved bytes. */
  give(bytes: number): void {
    this.#heldBytes -= bytes;
  }
}

/**
 * `too large`: more than the buffer's own limit. `no room`: more than the shared budget has. In both cases the chunk is
 * not added.
 */
export type Appended = 'taken' | 'too large' | 'no room';

export interface GrowingBufferOptions {
  readonly maxBytes: number;
  /** Shared with other buffers. Without it only `maxBytes` counts. */
  readonly budget?: ByteBudget;
  /** How many bytes the peer has announced. It can save a copy. No memory is reserved before bytes come. */
  readonly expectedBytes?: number | undefined;
}

/**
 * Gathers the chunks that a peer sends in one piece of memory, which doubles when it is full. A list of chunks would
 * cost about 140 bytes of heap for each, so a peer could fill the heap with chunks of one byte. The budget counts the
 * memory that is held, not the bytes that have come. The time for all chunks together grows in proportion to their
 * bytes.
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

  /** A view of the gathered bytes. It is valid until another method of this buffer is called. */
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
        // Most bodies come in one chunk. It is kept as it is, without a copy.
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

  /** Returns the gathered bytes, in memory of about their size, and empties the buffer. */
  take(): Buffer {
    const isRoomy = this.#memory.length > this.#length + Math.max(MIN_CAPACITY, this.#length / 8);
    const bytes = isRoomy ? Buffer.from(this.bytes) : this.bytes;
    this.clear();
    return bytes;
  }

  /** Removes the bytes before `end`. The others stay. */
  dropTo(end: number): void {
    const rest = Buffer.from(this.#memory.subarray(end, this.#length));
    this.clear();
    if (rest.length > 0) this.append(rest);
  }

  /** Throws all bytes away. */
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
