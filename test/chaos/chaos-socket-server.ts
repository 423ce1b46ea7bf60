import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import type { ChaosServer, OnEvent } from './chaos-server.ts';
import { isIntact, numberOf } from './numbered-event.ts';

/** A WebSocket application that goes away, hangs and breaks its links on demand. */
export class ChaosSocketServer implements ChaosServer {
  readonly name: string;
  readonly ordered = true;
  readonly config: Readonly<Record<string, unknown>>;
  readonly #onEvent: OnEvent;
  readonly #port: number;
  readonly #acceptor = new WebSocketServer({ noServer: true, perMessageDeflate: false, autoPong: false });
  readonly #links = new Set<WebSocket>();
  readonly #transports = new Set<Socket>();
  #server: Server | undefined;
  #pongs = true;
  #reads = true;

  constructor(name: string, server: Server, onEvent: OnEvent) {
    this.name = name;
    this.#server = server;
    this.#port = (server.address() as AddressInfo).port;
    this.config = { host: '127.0.0.1', port: this.#port };
    this.#onEvent = onEvent;
    this.#attach(server);
  }

  static async start(name: string, onEvent: OnEvent): Promise<ChaosSocketServer> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new ChaosSocketServer(name, server, onEvent);
  }

  /** Breaks every link; the bridge finds the server up when it dials again. */
  cut(): void {
    for (const link of this.#links) link.terminate();
  }

  /** Reads nothing any more, not even pings. */
  stall(): void {
    this.#reads = false;
    for (const link of this.#links) link.pause();
  }

  /** Handles events and answers no ping: what it gets is never confirmed. */
  mute(): void {
    this.#pongs = false;
  }

  /** Refuses every connection. */
  async goAway(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    for (const transport of this.#transports) transport.destroy();
    if (server !== undefined) await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  async heal(): Promise<void> {
    // A muted link stays unconfirmed for ever where no ping follows: only a new one can settle it.
    if (!this.#pongs) this.cut();
    this.#pongs = true;
    this.#reads = true;
    for (const link of this.#links) link.resume();
    if (this.#server !== undefined) return;
    const server = createServer();
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(this.#port, '127.0.0.1', resolve);
    });
    this.#server = server;
    this.#attach(server);
  }

  async stop(): Promise<void> {
    await this.goAway();
  }

  #attach(server: Server): void {
    server.on('connection', (transport) => {
      this.#transports.add(transport);
      transport.once('close', () => this.#transports.delete(transport));
    });
    server.on('upgrade', (request, socket, head) => {
      const selfId = String(request.headers['x-self-id']);
      this.#acceptor.handleUpgrade(request, socket, head, (link) => this.#serve(link, selfId));
    });
  }

  #serve(link: WebSocket, selfId: string): void {
    this.#links.add(link);
    if (!this.#reads) link.pause();
    link.on('close', () => this.#links.delete(link));
    link.on('error', () => {}); // `close` follows.
    link.on('ping', (data) => {
      if (this.#pongs) link.pong(data);
    });
    link.on('message', (data: RawData) => {
      const text = String(data);
      const n = numberOf(text);
      if (n === undefined) return;
      const server = this.name;
      this.#onEvent({ server, selfId, n, isIntact: isIntact(text, { selfId, n, server }) });
    });
  }
}
