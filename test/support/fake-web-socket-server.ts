import { createServer, type IncomingHttpHeaders, type IncomingMessage, type Server, STATUS_CODES } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import type { Cleanup } from './cleanup.ts';
import { FakeServerLink } from './fake-server-link.ts';
import { Inbox, type TakeOptions } from './inbox.ts';

/** What happens to the next handshakes: taken, answered with a status, or never answered. */
export type UpgradePolicy = 'accept' | 'hang' | number;

export interface ReceivedUpgrade {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** How many links of the same `X-Self-ID` had not ended when it came. */
  readonly openOfSameBot: number;
}

/** An application that takes reverse-WebSocket connections. */
export class FakeWebSocketServer {
  /** Handshakes, also those that were refused. */
  readonly upgrades = new Inbox<ReceivedUpgrade>('upgrades at the server');
  readonly links = new Inbox<FakeServerLink>('links at the server');
  policy: UpgradePolicy = 'accept';
  /** Called with each link before anything comes on it. */
  prepare: (link: FakeServerLink) => void = () => {};
  port = 0;
  #server: Server | undefined;
  readonly #sockets = new Set<Duplex>();
  readonly #acceptor: WebSocketServer;

  /** @param maxPayload The largest frame that the server takes, in bytes. It closes with 1009 at a larger one. */
  constructor(maxPayload = 256 * 2 ** 20) {
    // Links answer pings themselves, so that a test can stop them.
    this.#acceptor = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload, autoPong: false });
  }

  static async start(t: Cleanup, maxPayload?: number): Promise<FakeWebSocketServer> {
    const server = new FakeWebSocketServer(maxPayload);
    await server.listen();
    t.after(() => server.stop());
    return server;
  }

  /** Listens: first on a free port, after {@link stop} on the same again. */
  async listen(): Promise<void> {
    const server = createServer();
    server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
    server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket, head));
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.port, '127.0.0.1', resolve);
    });
    this.port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  /** The next link that was opened, of the bot `selfId` if given. */
  async nextLink(selfId?: string, options: TakeOptions = {}): Promise<FakeServerLink> {
    return await this.links.take((link) => selfId === undefined || link.headers['x-self-id'] === selfId, options);
  }

  /** Stops listening and cuts every connection. */
  async stop(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    this.#server = undefined;
    for (const socket of this.#sockets) socket.destroy();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { url: path = '', headers } = request;
    const openOfSameBot = this.links.all.filter((link) => link.isOpen && isOfBot(link, headers['x-self-id'])).length;
    const { policy } = this;
    this.upgrades.push({ path, headers, openOfSameBot });
    if (policy === 'hang') return;
    if (policy === 'accept') {
      this.#acceptor.handleUpgrade(request, socket, head, (ws) => {
        const link = new FakeServerLink(ws, request);
        this.prepare(link);
        this.links.push(link);
      });
      return;
    }
    socket.end(`HTTP/1.1 ${policy} ${STATUS_CODES[policy]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
  }
}

function isOfBot(link: FakeServerLink, selfId: unknown): boolean {
  return link.headers['x-self-id'] === selfId;
}
