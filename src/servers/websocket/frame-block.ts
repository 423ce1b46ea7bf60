import type { MaskedBody } from './masked-bodies.ts';

/**
 * Text frames of a WebSocket client (RFC 6455, section 5.2), one behind the other in one piece of memory: each a head, a
 * masked body and a suffix under the same mask. The suffixes can be filled in anew, for another link.
 */
export class FrameBlock {
  /** From the first frame to the last. */
  readonly bytes: Buffer;
  readonly #bodies: readonly MaskedBody[];
  readonly #suffixLength: number;
  readonly #suffixesAt: number[] = [];
  readonly #view: DataView;

  /** @param memory At least {@link blockLength} bytes. */
  constructor(bodies: readonly MaskedBody[], suffixLength: number, memory: Buffer) {
    this.#bodies = bodies;
    this.#suffixLength = suffixLength;
    let at = 0;
    for (const { bytes, key } of bodies) {
      at = writeHead(memory, at, { payloadLength: bytes.length + suffixLength, key });
      memory.set(bytes, at);
      at += bytes.length;
      this.#suffixesAt.push(at);
      at += suffixLength;
    }
    this.bytes = memory.subarray(0, at);
    this.#view = viewOf(this.bytes);
  }

  /** Whether it has frames of these bodies and suffixes of that length. */
  holds(bodies: readonly MaskedBody[], suffixLength: number): boolean {
    if (bodies.length !== this.#bodies.length || suffixLength !== this.#suffixLength) return false;
    return bodies.every((body, n) => body === this.#bodies[n]);
  }

  /** Puts a suffix of that length behind each body. */
  fillIn(suffix: Buffer): void {
    const view = viewOf(suffix);
    for (let n = 0; n < this.#bodies.length; n += 1) {
      this.#bodies[n]?.maskBehind(view, this.#view, this.#suffixesAt[n] ?? 0);
    }
  }
}

/** Bytes that a block of frames needs at most. */
export function blockLength(bodies: readonly MaskedBody[], suffixLength: number): number {
  return bodies.reduce((bytes, body) => bytes + MAX_HEAD_BYTES + body.bytes.length + suffixLength, 0);
}

/** A head of its own, for a frame whose body is not copied. */
export function headOf(payloadLength: number, key: Buffer): Buffer {
  const head = Buffer.allocUnsafe(MAX_HEAD_BYTES);
  return head.subarray(0, writeHead(head, 0, { payloadLength, key }));
}

/** What goes behind a masked body. */
export function maskedSuffix(suffix: Buffer, body: MaskedBody): Buffer {
  const masked = Buffer.allocUnsafe(suffix.length);
  body.maskBehind(viewOf(suffix), viewOf(masked), 0);
  return masked;
}

function viewOf({ buffer, byteOffset, byteLength }: Buffer): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}

/** A final text frame, masked with that key; returns where its payload begins. */
function writeHead(memory: Buffer, at: number, { payloadLength, key }: FrameHead): number {
  let end = at + 2;
  memory[at] = FINAL_TEXT;
  if (payloadLength < 126) {
    memory[at + 1] = MASKED | payloadLength;
  } else if (payloadLength < 65_536) {
    memory[at + 1] = MASKED | 126;
    end = memory.writeUInt16BE(payloadLength, end);
  } else {
    memory[at + 1] = MASKED | 127;
    end = memory.writeBigUInt64BE(BigInt(payloadLength), end);
  }
  memory.set(key, end);
  return end + key.length;
}

interface FrameHead {
  readonly payloadLength: number;
  readonly key: Buffer;
}

const FINAL_TEXT = 0x81;
const MASKED = 0x80;
export const MAX_HEAD_BYTES = 14;
