import { WebSocket } from 'ws';

/**
 * Answers the pings of a peer. The WebSocket has to be made with `autoPong: false`. While a pong has not left, only the
 * most recent ping is remembered, as RFC 6455, section 5.5.3, allows. Otherwise a peer that pings without end and reads
 * nothing would fill the memory with pongs.
 */
export function answerPings(socket: WebSocket): void {
  let isLeaving = false;
  let latest: Buffer | undefined;
  const answer = (data: Buffer): void => {
    if (socket.readyState !== WebSocket.OPEN) return;
    isLeaving = true;
    socket.pong(data, undefined, onLeft);
  };
  const onLeft = (): void => {
    isLeaving = false;
    const next = latest;
    latest = undefined;
    if (next !== undefined) answer(next);
  };
  socket.on('ping', (data) => {
    if (isLeaving) latest = data;
    else answer(data);
  });
}
