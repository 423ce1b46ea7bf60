import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';

/** That port of the loopback address where nobody listens on it, else one that is free. */
export async function freePort(wanted: number): Promise<number> {
  return (await tryPort(wanted)) ?? (await tryPort(0)) ?? 0;
}

async function tryPort(wanted: number): Promise<number | undefined> {
  const server = createServer();
  try {
    server.listen(wanted, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    return port;
  } catch {
    return undefined; // Taken, or forbidden.
  } finally {
    server.close();
  }
}
