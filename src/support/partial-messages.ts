import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import { ByteBudget } from './growing-buffer.ts';

/**
 * Limits the memory that the parts of incomplete WebSocket messages take.
 *
 * `ws` limits the bytes of a message and the number of its parts, but it keeps each part as it was read. A part of one
 * byte then costs a hundred bytes of heap, and a small part that came with many pongs keeps the whole 64 KiB read in
 * memory. So this class joins small parts as they come. Each byte is copied a few times at most.
 */
export class PartialMessages {
  readonly #budget: ByteBudget;

  /** @param maxBytes Limit of all connections together. */
  constructor(maxBytes: number) {
    this.#budget = new ByteBudget(maxBytes);
  }

  set maxBytes(bytes: number) {
    this.#budget.maxBytes = bytes;
  }

  /**
   * Watches a connection until it closes.
   *
   * @param transport The connection under the WebSocket.
   * @param onFull Called when the parts of all connections take too much. The caller has to cut the connection off.
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

/** Smaller messages are not counted, since most come in one part. */
const FREE_BYTES = 256 * 1024;

/**
 * Joins small parts of a message as they come.
 *
 * @param onHeld Called after each read with the bytes that the incomplete message holds.
 */
export function watchParts(socket: WebSocket, transport: Duplex, onHeld: (bytes: number) => void = () => {}): void {
  const receiver = receiverOf(socket);
  let wasHolding = false;
  // This listener runs after the listener of ws, which has split the read into parts by then.
  transport.on('data', () => {
    const { _buffers: chunks, _fragments: fragments } = receiver;
    if (chunks.length === 0 && fragments.length === 0 && !wasHolding) return;
    join(chunks);
    join(fragments);
    wasHolding = chunks.length > 0 || fragments.length > 0;
    onHeld(receiver._bufferedBytes + receiver._messageLength);
  });
}

/**
 * Joins the last two parts while they are small and of about equal size. Of n bytes, each is copied log n times at
 * most.
 */
function join(parts: Buffer[]): void {
  for (;;) {
    const [before, last] = [parts.at(-2), parts.at(-1)];
    if (before === undefined || last === undefined) return;
    if (before.length > MAX_JOINED_BYTES || before.length > last.length * 2) return;
    parts.splice(-2, 2, Buffer.concat([before, last]));
  }
}

/** A larger part takes most of the read that it came in, so joining would save little memory. */
const MAX_JOINED_BYTES = 32 * 1024;

/** The private fields of ws that are used here. The version of ws is fixed, and a test checks that the fields exist. */
interface Receiver {
  /** Bytes that were read and not yet split into frames. */
  readonly _buffers: Buffer[];
  readonly _bufferedBytes: number;
  /** Payloads of the frames of a message whose last frame has not come. */
  readonly _fragments: Buffer[];
  readonly _messageLength: number;
}

function receiverOf(socket: WebSocket): Receiver {
  return (socket as unknown as { readonly _receiver: Receiver })._receiver;
}
