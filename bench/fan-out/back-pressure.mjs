import { once } from 'node:events';

/** Settles when no socket has more than a megabyte to write. */
export async function room(sockets) {
  for (const socket of sockets) while (socket.writableLength > MAX_BYTES) await once(socket, 'drain');
}

/** Settles when all is written. */
export async function drained(sockets) {
  for (const socket of sockets) while (socket.writableLength > 0) await once(socket, 'drain');
}

const MAX_BYTES = 1024 * 1024;
