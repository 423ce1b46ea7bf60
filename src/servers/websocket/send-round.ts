import type { Socket } from 'node:net';
import { steadyNow } from '../../support/clock.ts';
import { blockLength, FrameBlock } from './frame-block.ts';
import { MaskedBodies, type MaskedBody } from './masked-bodies.ts';

/** What the links of one round share. */
export class SendRound {
  readonly bodies = new MaskedBodies();
  readonly blocks = new FrameBlocks();
  /** `steadyNow()` when it began: what comes later waits for the next, so that all links send the same. */
  beganAt = 0;

  begin(): void {
    this.beganAt = steadyNow();
  }

  /** The next round has other events. */
  clear(): void {
    this.bodies.clear();
    this.blocks.clear();
  }
}

/**
 * Writes frames, in the block of the link before where it has the same: links that are as far as each other send the same
 * bodies. Only the suffixes are filled in anew then, where copying a kilobyte for each delivery was a quarter of its
 * cost at 50 servers (`npm run bench -- fan-out`).
 */
class FrameBlocks {
  /** The one written last, if the kernel has taken over all of it, so that it can be changed. */
  #block: FrameBlock | undefined;
  /** Where it lies. */
  #memory: Buffer | undefined;
  #lastWrite: BlockWrite | undefined;

  /** To be followed by {@link settle}. */
  write(socket: Socket, { bodies, suffix }: Frames, onWritten: () => void): void {
    if (this.#block?.holds(bodies, suffix.length) !== true) {
      this.#memory = this.#memoryOf(blockLength(bodies, suffix.length));
      this.#block = new FrameBlock(bodies, suffix.length, this.#memory);
    }
    this.#block.fillIn(suffix);
    const write: BlockWrite = { lent: undefined };
    this.#lastWrite = write;
    socket.write(this.#block.bytes, () => {
      if (write.lent !== undefined) giveBack(write.lent);
      onWritten();
    });
  }

  /** Looks what has become of the last write, after the uncork: what the socket keeps is not ours to change. */
  settle(socket: Socket): void {
    if (this.#lastWrite !== undefined && socket.writableLength > 0) {
      this.#lastWrite.lent = this.#memory;
      this.#memory = undefined;
      this.#block = undefined;
    }
    this.#lastWrite = undefined;
  }

  clear(): void {
    this.#block = undefined;
  }

  #memoryOf(bytes: number): Buffer {
    const memory = this.#memory;
    if (memory !== undefined && memory.length >= bytes) return memory;
    if (bytes > SPARE_BYTES) return Buffer.allocUnsafe(bytes);
    return spareMemory.pop() ?? Buffer.allocUnsafeSlow(SPARE_BYTES);
  }
}

/** Frames of these bodies, with the suffix behind each. */
export interface Frames {
  readonly bodies: readonly MaskedBody[];
  readonly suffix: Buffer;
}

interface BlockWrite {
  /** The memory, where the socket keeps it until all of it has left. */
  lent: Buffer | undefined;
}

/**
 * Memory that the kernel has taken over what was in it: a busy bridge fills hundreds of megabytes a second, which
 * would all be garbage.
 */
const spareMemory: Buffer[] = [];

function giveBack(memory: Buffer): void {
  if (memory.length === SPARE_BYTES && spareMemory.length < MAX_SPARE) spareMemory.push(memory);
}

const SPARE_BYTES = 128 * 1024;
const MAX_SPARE = 64;
