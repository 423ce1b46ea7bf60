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
  /** How many answers wait beyond the first {@link UNCOUNTED_BYTES}. */
  #piled = 0;

  /** @param transport The connection under the WebSocket. */
  constructor(socket: WebSocket, transport: Socket, logger: Logger) {
    this.#socket = socket;
    this.#sender = new TurnSender(socket, transport);
    this.#logger = logger;
  }

  send(frame: Buffer): void {
    if (this.#socket.readyState !== WebSocket.OPEN) return;
    const { bufferedAmount } = this.#socket;
    if (bufferedAmount <= UNCOUNTED_BYTES) {
      this.#sender.send(frame);
    } else if (bufferedAmount > MAX_BUFFERED_BYTES || this.#piled >= MAX_PILED) {
      this.#logger.warn('a server makes calls but does not read the answers: its link is cut');
      this.hasCut = true;
      this.#socket.terminate();
    } else {
      this.#piled += 1;
      this.#sender.send(frame, this.#onLeft);
    }
  }

  readonly #onLeft = (): void => {
    this.#piled -= 1;
  };
}

/** While no more bytes of answers than these wait, the answers need not be counted. */
const UNCOUNTED_BYTES = 1024 * 1024;
/** So many answers may wait beyond {@link UNCOUNTED_BYTES}. Each costs about 400 bytes of heap, however short it is. */
const MAX_PILED = 10_000;
/** Bytes of answers that may wait for a peer that doesn't read. */
const MAX_BUFFERED_BYTES = 128 * 1024 * 1024;
