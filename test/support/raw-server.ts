import { type AddressInfo, createServer, type Socket } from 'node:net';
import type { Cleanup } from './cleanup.ts';

/** A TCP server that hands each connection to `serve`, for what no server library would answer. @returns its port. */
export async function startRawServer(t: Cleanup, serve: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {}); // The bridge may cut what it doesn't like.
    socket.once('close', () => sockets.delete(socket));
    serve(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  });
  return (server.address() as AddressInfo).port;
}
