import { WebSocket } from 'ws';

/**
 * When a WebSocket has brought many frames, does not read from it for the rest of this turn of the event loop. One read
 * brings up to 64 KiB, and one turn has up to 32 reads of a connection. A peer that sends empty frames without end
 * would otherwise have a million of them handled in one turn, and all other peers would wait for seconds.
 */
export function readFairly(socket: WebSocket): void {
  let left = FRAMES_IN_A_ROW;
  const goOn = (): void => {
    if (socket.readyState !== WebSocket.CLOSED) socket.resume();
  };
  const count = (): void => {
    left -= 1;
    if (left > 0) return;
    left = FRAMES_IN_A_ROW;
    if (socket.readyState !== WebSocket.OPEN) return;
    socket.pause();
    setImmediate(goOn);
  };
  socket.on('message', count);
  socket.on('ping', count);
  socket.on('pong', count);
}

const FRAMES_IN_A_ROW = 1_000;
