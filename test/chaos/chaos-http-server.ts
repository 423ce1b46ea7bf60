import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ChaosServer, OnEvent } from './chaos-server.ts';
import { isIntact, numberOf } from './numbered-event.ts';
import type { Random } from './random.ts';

export interface ChaosHttpOptions {
  readonly concurrency: number;
  readonly random: Random;
  readonly onEvent: OnEvent;
}

/** What it does with the posts of events. `vague`: now and then it asks to come again, fails or breaks off. */
type Mood = 'well' | 'slow' | 'hanging' | 'vague';

/** An HTTP application that goes away, is slow, hangs and answers with failures on demand. */
export class ChaosHttpServer implements ChaosServer {
  readonly name: string;
  readonly ordered: boolean;
  readonly config: Readonly<Record<string, unknown>>;
  readonly #options: ChaosHttpOptions;
  readonly #port: number;
  readonly #held = new Set<ServerResponse>();
  #server: Server | undefined;
  #mood: Mood = 'well';
  /** Has been answered with 5xx once: the next time it is taken, so that it never becomes a dead letter. */
  readonly #failed = new Set<string>();

  constructor(name: string, server: Server, options: ChaosHttpOptions) {
    this.name = name;
    this.#options = options;
    this.#server = server;
    this.#port = (server.address() as AddressInfo).port;
    const { concurrency } = options;
    this.ordered = concurrency === 1;
    this.config = { protocol: 'http', host: '127.0.0.1', port: this.#port, concurrency, timeout: '2s' };
    this.#attach(server);
  }

  static async start(name: string, options: ChaosHttpOptions): Promise<ChaosHttpServer> {
    const server = createServer({ keepAliveTimeout: 60_000 });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new ChaosHttpServer(name, server, options);
  }

  cut(): void {
    this.#server?.closeAllConnections();
  }

  stall(): void {
    this.#mood = this.#options.random.chance(0.5) ? 'hanging' : 'slow';
  }

  mute(): void {
    this.#mood = 'vague';
  }

  async goAway(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    await new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  }

  async heal(): Promise<void> {
    this.#mood = 'well';
    this.#failed.clear();
    for (const response of this.#held) response.writeHead(204).end();
    this.#held.clear();
    if (this.#server !== undefined) return;
    const server = createServer({ keepAliveTimeout: 60_000 });
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
    server.on('request', (request, response) => this.#receive(request, response));
  }

  #receive(request: IncomingMessage, response: ServerResponse): void {
    const { random } = this.#options;
    request.on('error', () => {}); // The bridge was killed or gave up: no end follows, nothing is counted.
    response.on('close', () => this.#held.delete(response));
    if (this.#mood === 'vague' && random.chance(0.02)) {
      request.socket.resetAndDestroy(); // Before it has read the event.
      return;
    }
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => this.#answer(Buffer.concat(chunks).toString(), request, response));
  }

  #answer(text: string, request: IncomingMessage, response: ServerResponse): void {
    const n = numberOf(text);
    if (n === undefined) {
      response.writeHead(204).end();
      return;
    }
    const selfId = String(request.headers['x-self-id']);
    const refusal = this.#refusal(`${selfId} ${n}`);
    if (refusal !== undefined) {
      response.writeHead(refusal).end();
      return;
    }
    const { random, onEvent } = this.#options;
    const server = this.name;
    onEvent({ server, selfId, n, isIntact: isIntact(text, { selfId, n, server }) });
    if (this.#mood === 'hanging') this.#held.add(response);
    else if (this.#mood === 'slow') setTimeout(() => response.writeHead(204).end(), random.between(5, 100));
    else if (this.#mood === 'vague' && random.chance(0.02)) request.socket.resetAndDestroy();
    else response.writeHead(204).end();
  }

  #refusal(event: string): number | undefined {
    const { random } = this.#options;
    if (this.#mood !== 'vague' || this.#failed.has(event) || !random.chance(0.03)) return undefined;
    this.#failed.add(event);
    return random.pick([429, 503, 500, 408]);
  }
}
