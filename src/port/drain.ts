import type { IncomingMessage } from 'node:http';

/**
 * Reads a request to its end and throws the bytes away: a client that is still writing when its connection is closed
 * sees a reset and never the answer.
 *
 * Stops at four times `maxPayloadBytes` or 64 MiB, whichever is larger, and after one minute.
 *
 * @returns Settles when the request has ended, when its peer has gone, or when a limit is reached. `request.complete`
 *   says whether it has ended.
 */
export function drain(request: IncomingMessage, maxPayloadBytes: number): Promise<void> {
  if (request.complete || request.destroyed) {
    request.resume();
    return Promise.resolve();
  }
  return new Promise((resolve) => {
    const { socket } = request;
    // Counts the bytes of the socket, not of the body: a peer may put each byte of a body into a chunk of its own.
    const mayRead = socket.bytesRead + Math.max(maxPayloadBytes * DRAINED_FACTOR, MIN_DRAINED_BYTES);
    const settle = (): void => {
      clearTimeout(timer);
      request.off('data', check).off('end', settle).off('close', settle);
      resolve();
    };
    const check = (): void => {
      if (socket.bytesRead > mayRead) settle();
    };
    const timer = setTimeout(settle, MAX_DRAIN_MS);
    request.on('data', check).on('end', settle).on('close', settle);
    request.resume();
  });
}

const DRAINED_FACTOR = 4;
const MIN_DRAINED_BYTES = 64 * 1024 * 1024;
const MAX_DRAIN_MS = 60_000;
