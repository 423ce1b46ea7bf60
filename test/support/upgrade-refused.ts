import type { IncomingMessage } from 'node:http';
import type { WebSocket } from 'ws';

/** The peer answered a WebSocket handshake with an HTTP status. */
export class UpgradeRefused extends Error {
  override readonly name = 'UpgradeRefused';
  readonly status: number;

  constructor(status: number) {
    super(`the upgrade was refused with ${status}`);
    this.status = status;
  }
}

/** Waits until a client socket is open; rejects with {@link UpgradeRefused} where the handshake is answered otherwise. */
export async function opened(socket: WebSocket): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
    socket.once('unexpected-response', (request, response: IncomingMessage) => {
      response.resume();
      request.destroy();
      reject(new UpgradeRefused(response.statusCode ?? 0));
    });
  });
}
