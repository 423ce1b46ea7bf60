import { WebSocket } from 'ws';
import type { Logger } from '../support/logger.ts';

/** Sends the answer to a call; cuts the link of a peer that makes calls and reads no answers. */
export function sendAnswer(socket: WebSocket, frame: Buffer, logger: Logger): void {
  if (socket.readyState !== WebSocket.OPEN) return;
  if (socket.bufferedAmount > MAX_BUFFERED_BYTES) {
    logger.warn('a server makes calls but does not read the answers: its link is cut');
    socket.terminate();
    return;
  }
  socket.send(frame, { binary: false });
}

/** Answers that may pile up for a peer that doesn't read. */
const MAX_BUFFERED_BYTES = 128 * 1024 * 1024;
