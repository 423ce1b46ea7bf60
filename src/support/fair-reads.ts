import { WebSocket } from 'ws';

/**
 * Reads no more from a WebSocket for the rest of a turn of the event loop once it has brought many frames. One read of the system
 * gives up to 64 KiB and a turn up to 32 reads of one connection: a peer that sends empty frames without end would have a
 * million of them handled in one turn, while everybody else waits for seconds.
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
