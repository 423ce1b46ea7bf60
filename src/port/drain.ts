import type { IncomingMessage } from 'node:http';

/**
 * Reads a request to its end and throws away what comes: a client that is still writing when its connection is closed
 * sees a reset and never the answer.
 *
 * @param maxPayloadBytes Four times as much may come, or 64 MiB, and a minute may pass, until it is enough.
 * @returns Settles when the request has ended or its peer has gone, or when it is enough; `complete` of the request tells.
 */
export function drain(request: IncomingMessage, maxPayloadBytes: number): Promise<void> {
  if (request.complete || request.destroyed) {
    request.resume();
    return Promise.resolve();
  }
  return new Promise((resolve) => {
    const { socket } = request;
    // What the socket has read, and not the body alone: around each byte of a body a peer may put a chunk of its own.
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
