import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { ByteBudget } from './growing-buffer.ts';

/**
 * Bounds what the parts of WebSocket messages hold in memory until the messages are whole.
 *
 * `ws` bounds the bytes of a message and the number of its parts, but it keeps each part as it was read. A part of one byte
 * then costs a hundred bytes of heap, and one with many pongs beside it keeps all of a 64 KiB read. Here small
 * parts are put together as they come, each byte a few times at most.
 */
export class PartialMessages {
  readonly #budget: ByteBudget;

  /** @param maxBytes Of all connections together. */
  constructor(maxBytes: number) {
    this.#budget = new ByteBudget(maxBytes);
  }

  set maxBytes(bytes: number) {
    this.#budget.maxBytes = bytes;
  }

  /**
   * Watches a connection from now on, until it closes.
   *
   * @param transport The connection under the WebSocket.
   * @param onFull Is told when the parts of all connections hold too much; the connection is to be cut off then.
   */
  watch(socket: WebSocket, transport: Duplex, onFull: () => void): void {
    let chargedBytes = 0;
    const charge = (bytes: number): boolean => {
      if (!this.#budget.take(bytes - chargedBytes)) return false;
      chargedBytes = bytes;
      return true;
    };
    watchParts(socket, transport, (heldBytes) => {
      const bytes = heldBytes < FREE_BYTES ? 0 : heldBytes;
      if (bytes !== chargedBytes && !charge(bytes)) onFull();
    });
    socket.once('close', () => charge(0));
  }
}

/** A message that is smaller is not counted: most come in one part. */
const FREE_BYTES = 256 * 1024;

/**
 * Puts small parts together as they come.
 *
 * @param onHeld Is told after each read how many bytes of a message that is not whole are held.
 */
export function watchParts(socket: WebSocket, transport: Duplex, onHeld: (bytes: number) => void = () => {}): void {
  const receiver = receiverOf(socket);
  let wasHolding = false;
  // After the listener of ws, which has taken the read apart by then.
  transport.on('data', () => {
    const { _buffers: chunks, _fragments: fragments } = receiver;
    if (chunks.length === 0 && fragments.length === 0 && !wasHolding) return;
    join(chunks);
    join(fragments);
    wasHolding = chunks.length > 0 || fragments.length > 0;
    onHeld(receiver._bufferedBytes + receiver._messageLength);
  });
}

/** Joins the last two as long as they are small and of about one size: of n bytes, each is copied log n times at most. */
function join(parts: Buffer[]): void {
  for (;;) {
    const [before, last] = [parts.at(-2), parts.at(-1)];
    if (before === undefined || last === undefined) return;
    if (before.length > MAX_JOINED_BYTES || before.length > last.length * 2) return;
    parts.splice(-2, 2, Buffer.concat([before, last]));
  }
}

/** What is larger takes most of the read that it came in. */
const MAX_JOINED_BYTES = 32 * 1024;

/** The parts of ws that are used here; its version is fixed, and a test holds that they are there. */
interface Receiver {
  /** Read and not yet taken apart. */
  readonly _buffers: Buffer[];
  readonly _bufferedBytes: number;
  /** Payloads of the frames of a message whose last one has not come. */
  readonly _fragments: Buffer[];
  readonly _messageLength: number;
}

function receiverOf(socket: WebSocket): Receiver {
  return (socket as unknown as { readonly _receiver: Receiver })._receiver;
}
