import { once } from 'node:events';
import { WebSocket } from 'ws';
import { drained, room } from '../back-pressure.mjs';

/** What is usually written: parse, add the field, stringify and send, for each server. All of a tick in one write. */
export async function open({ sinkPort, serverCount }) {
  const servers = await Promise.all(
    Array.from({ length: serverCount }, async (_, n) => {
      const socket = new WebSocket(`ws://127.0.0.1:${sinkPort}/ws/`, { perMessageDeflate: false });
      await once(socket, 'open');
      return { name: `server-${n}`, socket };
    }),
  );
  const transports = servers.map(({ socket }) => socket._socket);
  return {
    send: (bodies) => {
      const events = bodies.map((body) => JSON.parse(body));
      for (const { name, socket } of servers) {
        socket._socket.cork();
        for (const event of events) socket.send(JSON.stringify({ ...event, server: name }));
        socket._socket.uncork();
      }
    },
    room: () => room(transports),
    drained: () => drained(transports),
  };
}
