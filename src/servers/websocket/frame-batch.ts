import type { Socket } from 'node:net';
import { headOf, MAX_HEAD_BYTES, maskedSuffix } from './frame-block.ts';
import type { MaskedBody } from './masked-bodies.ts';
import type { SendRound } from './send-round.ts';

/**
 * Frames gathered for one write. `ws` makes a copy, a mask and a write for each; here the body is masked already, and
 * only what the link adds to it is masked anew: a third of the cost of a delivery at 50 servers (`bench/`).
 */
export class FrameBatch {
  readonly #suffix: Buffer;
  #bodies: MaskedBody[] = [];
  #bytes = 0;
  #hasLarge = false;

  /** @param suffix What the link adds to each body. */
  constructor(suffix: Buffer) {
    this.#suffix = suffix;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** A frame whose payload is the body and, behind it, the suffix. */
  add(body: MaskedBody): void {
    this.#bodies.push(body);
    this.#bytes += MAX_HEAD_BYTES + body.bytes.length + this.#suffix.length;
    if (body.bytes.length >= LARGE_BYTES) this.#hasLarge = true;
  }

  /** All of it, and what `writeBehind` writes, in one write: each costs a system call. */
  writeTo(socket: Socket, { round, writeBehind, onWritten }: BatchWrite): void {
    socket.cork();
    if (this.#hasLarge) this.#writeApart(socket, onWritten);
    else if (this.#bodies.length > 0)
      round.blocks.write(socket, { bodies: this.#bodies, suffix: this.#suffix }, onWritten);
    writeBehind();
    socket.uncork();
    round.blocks.settle(socket);
    this.#bodies = [];
    this.#bytes = 0;
    this.#hasLarge = false;
  }

  /** Each body from where it lies. */
  #writeApart(socket: Socket, onWritten: () => void): void {
    const last = this.#bodies.at(-1);
    for (const body of this.#bodies) {
      socket.write(headOf(body.bytes.length + this.#suffix.length, body.key));
      socket.write(body.bytes);
      socket.write(maskedSuffix(this.#suffix, body), body === last ? onWritten : undefined);
    }
  }
}

export interface BatchWrite {
  readonly round: SendRound;
  readonly writeBehind: () => void;
  /** Called when the last frame has left for the kernel, or the socket has failed. */
  readonly onWritten: () => void;
}

/** Copying a large body for each link would cost more than a write of its own. */
const LARGE_BYTES = 64 * 1024;
