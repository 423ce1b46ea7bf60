import type { Socket } from 'node:net';
import type { MaskedBody } from './masked-bodies.ts';

/**
 * Text frames of a WebSocket client (RFC 6455, section 5.2), gathered for one write. `ws` makes a copy, a mask and a
 * write for each frame; here the body is masked already, and only what the link adds to it is masked anew: a third of
 * the cost of a delivery at 50 servers (`bench/`).
 */
export class FrameBatch {
  readonly #suffix: Buffer;
  #bodies: MaskedBody[] = [];
  #bytes = 0;
  /** Of the bodies that are written where they lie. */
  #sharedBytes = 0;

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
    if (isShared(body)) this.#sharedBytes += body.bytes.length;
  }

  /** @param onWritten Called when the last of it has left for the kernel, or the socket has failed. */
  writeTo(socket: Socket, onWritten: () => void): void {
    const bodies = this.#bodies;
    if (bodies.length === 0) return;
    const block = new Block(memoryOf(this.#bytes - this.#sharedBytes));
    this.#bodies = [];
    this.#bytes = 0;
    this.#sharedBytes = 0;
    for (const body of bodies) {
      block.head(body.bytes.length + this.#suffix.length, body.key);
      if (isShared(body)) {
        socket.write(block.cut());
        socket.write(body.bytes);
      } else {
        block.copy(body.bytes);
      }
      block.masked(this.#suffix, body);
    }
    socket.write(block.cut(), () => {
      giveBack(block.bytes);
      onWritten();
    });
  }
}

/** Copying a large body for each link would cost more than a write of its own. */
function isShared(body: MaskedBody): boolean {
  return body.bytes.length >= SHARED_FROM_BYTES;
}

/** Memory that is filled from its start on. */
class Block {
  readonly bytes: Buffer;
  #cutAt = 0;
  #at = 0;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
  }

  /** A final text frame, masked with that key. */
  head(payloadBytes: number, key: Buffer): void {
    const { bytes } = this;
    let at = this.#at;
    bytes[at++] = FINAL_TEXT;
    if (payloadBytes < 126) {
      bytes[at++] = MASKED | payloadBytes;
    } else if (payloadBytes < 65_536) {
      bytes[at++] = MASKED | 126;
      bytes[at++] = payloadBytes >> 8;
      bytes[at++] = payloadBytes & 0xff;
    } else {
      bytes[at++] = MASKED | 127;
      at = bytes.writeBigUInt64BE(BigInt(payloadBytes), at);
    }
    this.#at = at;
    this.copy(key);
  }

  copy(bytes: Buffer): void {
    this.bytes.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  /** What goes on behind a masked body. */
  masked(suffix: Buffer, { bytes: body, key }: MaskedBody): void {
    const { bytes } = this;
    const at = this.#at;
    for (let i = 0; i < suffix.length; i += 1) {
      bytes[at + i] = (suffix[i] as number) ^ (key[(body.length + i) & 3] as number);
    }
    this.#at = at + suffix.length;
  }

  /** What has been filled since the last cut. */
  cut(): Buffer {
    const part = this.bytes.subarray(this.#cutAt, this.#at);
    this.#cutAt = this.#at;
    return part;
  }
}

/**
 * Memory that the kernel has taken over what was in it: a busy bridge fills hundreds of megabytes a second, which
 * would all be garbage.
 */
const spareMemory: Buffer[] = [];

function memoryOf(bytes: number): Buffer {
  if (bytes > SPARE_BYTES) return Buffer.allocUnsafe(bytes);
  return spareMemory.pop() ?? Buffer.allocUnsafeSlow(SPARE_BYTES);
}

function giveBack(memory: Buffer): void {
  if (memory.length === SPARE_BYTES && spareMemory.length < MAX_SPARE) spareMemory.push(memory);
}

const SPARE_BYTES = 128 * 1024;
const MAX_SPARE = 64;

const FINAL_TEXT = 0x81;
const MASKED = 0x80;
const MAX_HEAD_BYTES = 14;
const SHARED_FROM_BYTES = 64 * 1024;
