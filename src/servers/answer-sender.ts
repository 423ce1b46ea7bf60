import type { Socket } from 'node:net';
import { WebSocket } from 'ws';
import type { Logger } from '../support/logger.ts';
import { TurnSender } from '../support/turn-sender.ts';

/** Sends the answers to the calls of a link; cuts the link of a peer that makes calls and reads no answers. */
export class AnswerSender {
  readonly #socket: WebSocket;
  readonly #sender: TurnSender;
  readonly #logger: Logger;
  /** Whether this sender has cut the link. */
  hasCut = false;

  /** @param transport The connection under the WebSocket. */
  constructor(socket: WebSocket, transport: Socket, logger: Logger) {
    this.#socket = socket;
    this.#sender = new TurnSender(socket, transport);
    this.#logger = logger;
  }

  send(frame: Buffer): void {
    if (this.#socket.readyState !== WebSocket.OPEN) return;
    if (this.#socket.bufferedAmount > MAX_BUFFERED_BYTES) {
      this.#logger.warn('a server makes calls but does not read the answers: its link is cut');
      this.hasCut = true;
      this.#socket.terminate();
      return;
    }
    this.#sender.send(frame);
  }
}

/** Answers that may pile up for a peer that doesn't read. */
const MAX_BUFFERED_BYTES = 128 * 1024 * 1024;
