import { openWebSockets, textFrame } from '../../load/plain-websocket.mjs';
import { drained, room } from '../back-pressure.mjs';

/** The physical limit: frames prepared beforehand, the same bytes as a bridge would write, one write per server. */
export async function open({ sinkPort, serverCount, batches }) {
  const sockets = await openWebSockets(sinkPort, serverCount);
  const blocks = new Map(
    batches.map((bodies) => [bodies, Buffer.concat(bodies.map((body) => textFrame(tagged(body))))]),
  );
  return {
    send: (bodies) => {
      const block = blocks.get(bodies);
      for (const socket of sockets) socket.write(block);
    },
    room: () => room(sockets),
    drained: () => drained(sockets),
  };
}

function tagged(body) {
  return Buffer.concat([body.subarray(0, -1), Buffer.from(',"server":"server-10"}')]);
}
