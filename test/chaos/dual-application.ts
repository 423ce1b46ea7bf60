import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import type { OnEvent } from './chaos-server.ts';
import { numberedEvent, numberOf } from './numbered-event.ts';

/** An application that takes events by WebSocket and by POST on one port, whichever the bridge is told to use. */
export class DualApplication {
  readonly name: string;
  readonly port: number;
  readonly #onEvent: OnEvent;
  readonly #server: Server;
  readonly #acceptor = new WebSocketServer({ noServer: true, perMessageDeflate: false, autoPong: false });
  readonly #links = new Set<WebSocket>();
  readonly #transports = new Set<Socket>();
  readonly #held = new Set<ServerResponse>();
  #hangs = false;

  constructor(name: string, server: Server, onEvent: OnEvent) {
    this.name = name;
    this.port = (server.address() as AddressInfo).port;
    this.#server = server;
    this.#onEvent = onEvent;
    server.on('connection', (transport) => {
      this.#transports.add(transport);
      transport.once('close', () => this.#transports.delete(transport));
    });
    server.on('request', (request, response) => this.#receive(request, response));
    server.on('upgrade', (request, socket, head) => {
      const selfId = String(request.headers['x-self-id']);
      this.#acceptor.handleUpgrade(request, socket, head, (link) => this.#serve(link, selfId));
    });
  }

  static async start(name: string, onEvent: OnEvent): Promise<DualApplication> {
    const server = createServer({ keepAliveTimeout: 60_000 });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new DualApplication(name, server, onEvent);
  }

  /** Takes events and confirms none. */
  hang(): void {
    this.#hangs = true;
  }

  /** Breaks every connection, with all that is under way on it. */
  cut(): void {
    for (const transport of this.#transports) transport.destroy();
  }

  heal(): void {
    if (!this.#hangs) return;
    this.#hangs = false;
    for (const response of this.#held) response.writeHead(204).end();
    this.#held.clear();
    // A link that was silent stays unconfirmed where no ping follows.
    for (const link of this.#links) link.terminate();
  }

  async stop(): Promise<void> {
    this.cut();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #serve(link: WebSocket, selfId: string): void {
    this.#links.add(link);
    link.on('close', () => this.#links.delete(link));
    link.on('error', () => {}); // `close` follows.
    link.on('ping', (data) => {
      if (!this.#hangs) link.pong(data);
    });
    link.on('message', (data: RawData) => this.#take(String(data), selfId));
  }

  #receive(request: IncomingMessage, response: ServerResponse): void {
    const chunks: Buffer[] = [];
    request.on('error', () => {}); // It was broken off: nothing is counted.
    response.on('close', () => this.#held.delete(response));
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const isEvent = this.#take(Buffer.concat(chunks).toString(), String(request.headers['x-self-id']));
      if (isEvent && this.#hangs) this.#held.add(response);
      else response.writeHead(204).end();
    });
  }

  #take(text: string, selfId: string): boolean {
    const n = numberOf(text);
    if (n === undefined) return false;
    this.#onEvent({ server: this.name, selfId, n, isIntact: text === numberedEvent(selfId, n) });
    return true;
  }
}
