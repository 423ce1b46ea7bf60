import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';

/**
 * Sends text frames on a WebSocket. Those of one turn of the event loop leave in one write: a system call for each was
 * two thirds of the cost of a call (`npm run bench -- calls`).
 */
export class TurnSender {
  readonly #socket: WebSocket;
  readonly #transport: Socket;
  #isCorked = false;

  /** @param transport The connection under the WebSocket. */
  constructor(socket: WebSocket, transport: Socket) {
    this.#socket = socket;
    this.#transport = transport;
  }

  /** @param onLeft Called when the operating system has taken the frame, or when the frame can't be sent any more. */
  send(frame: Buffer, onLeft?: () => void): void {
    if (!this.#isCorked) {
      this.#isCorked = true;
      this.#transport.cork();
      setImmediate(this.#uncork);
    }
    this.#socket.send(frame, AS_TEXT, onLeft);
  }

  /** One closure for all turns. */
  readonly #uncork = (): void => {
    this.#isCorked = false;
    this.#transport.uncork();
  };
}

const AS_TEXT = { binary: false } as const;
