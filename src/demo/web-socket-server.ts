import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { converse, type Wit } from './application.ts';
import type { SimulatedServer } from './types.ts';

/** An application that the bridge dials, as MCDReforged with QQAPI is one. It fails by not being there. */
export class SimulatedWebSocketServer implements SimulatedServer {
  readonly name: string;
  #server: WebSocketServer | undefined;
  /** Chosen at the first start, and kept: a server comes back where it was. */
  #port = 0;

  constructor(name: string) {
    this.name = name;
  }

  get port(): number {
    return this.#port;
  }

  async start(): Promise<void> {
    const server = new WebSocketServer({ host: '127.0.0.1', port: this.#port, perMessageDeflate: false });
    await once(server, 'listening');
    this.#port = (server.address() as AddressInfo).port;
    server.on('connection', (socket) => converse(socket, wit));
    this.#server = server;
  }

  async fail(): Promise<string> {
    await this.stop();
    return 'its process has ended';
  }

  async recover(): Promise<void> {
    await this.start();
  }

  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    for (const socket of server.clients) socket.terminate();
    await new Promise((resolve) => server.close(resolve));
  }
}

const wit: Wit = ({ raw_message: text }) => {
  if (text === '!!online') return '2 players: Steve, Alex';
  return text === '!!ping' ? 'pong, 20.0 TPS' : undefined;
};
