import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';

/** The TCP socket under an open WebSocket, which ws keeps to itself. */
export function rawSocketOf(socket: WebSocket): Socket {
  return (socket as unknown as { _socket: Socket })._socket;
}
