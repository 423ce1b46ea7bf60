import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { type RawData, WebSocket, WebSocketServer } from 'ws';
import { certificateText } from '../support/certificates.ts';
import type { PortAccess } from './chaos-bots.ts';
import { numberedEvent, numberOf } from './numbered-event.ts';
import { DialIn } from './reload-dial-in.ts';
import type { ReloadLedger } from './reload-ledger.ts';

export interface ReloadApplicationOptions {
  readonly name: string;
  /** The port of the bridge. */
  readonly bridgePort: number;
  readonly access: PortAccess;
  readonly ledger: ReloadLedger;
  /** Whether to refuse an event that comes by POST. */
  readonly refuses: () => boolean;
}

/**
 * An application that takes events by every protocol, whichever one the bridge is configured to use. It can also fall
 * silent or break its links.
 */
export class ReloadApplication {
  readonly name: string;
  readonly port: number;
  /** The port with TLS. */
  readonly securePort: number;
  readonly dialIn: DialIn;
  readonly #ledger: ReloadLedger;
  readonly #options: ReloadApplicationOptions;
  readonly #servers: readonly Server[];
  readonly #acceptor = new WebSocketServer({ noServer: true, perMessageDeflate: false, autoPong: false });
  readonly #links = new Set<WebSocket>();
  readonly #transports = new Set<Socket>();
  readonly #held = new Set<ServerResponse>();
  #endSilence: (() => void) | undefined;

  constructor(servers: readonly Server[], options: ReloadApplicationOptions) {
    const [port = 0, securePort = 0] = servers.map((server) => (server.address() as AddressInfo).port);
    this.name = options.name;
    this.port = port;
    this.securePort = securePort;
    this.#ledger = options.ledger;
    this.#options = options;
    this.#servers = servers;
    this.dialIn = new DialIn({
      port: options.bridgePort,
      access: options.access,
      onEvent: (text) => this.#take(text),
      onCutOff: () => this.#ledger.cutOff(this.name),
    });
    for (const server of servers) this.#attach(server);
  }

  static async start(options: ReloadApplicationOptions): Promise<ReloadApplication> {
    const limits = { keepAliveTimeout: 600_000 };
    const identity = { cert: certificateText('first.pem'), key: certificateText('first.key') };
    const servers = [createServer(limits), createSecureServer({ ...limits, ...identity })];
    for (const server of servers) await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new ReloadApplication(servers, options);
  }

  /** From now on takes events and confirms none, until {@link heal}. */
  hang(): void {
    this.#endSilence ??= this.#ledger.beginDisturbance(this.name);
    this.dialIn.isSilent = true;
  }

  /** Breaks every connection, with all events that are under way on it. */
  cut(): void {
    const end = this.#ledger.beginDisturbance(this.name);
    for (const link of this.#links) link.terminate();
    for (const transport of this.#transports) transport.destroy();
    this.dialIn.cut();
    setTimeout(end, CLOSING_MS).unref();
  }

  heal(): void {
    if (this.#endSilence === undefined) return;
    this.#endSilence();
    this.#endSilence = undefined;
    this.dialIn.isSilent = false;
    for (const response of this.#held) response.writeHead(204).end();
    this.#held.clear();
    // Events on a silent link stay unconfirmed, since the next ping may never come.
    this.cut();
  }

  async stop(): Promise<void> {
    this.cut();
    await this.dialIn.stop();
    for (const server of this.#servers) await new Promise<void>((resolve) => server.close(() => resolve()));
  }

  #attach(server: Server): void {
    server.on('connection', (transport) => this.#watch(transport));
    server.on('secureConnection', (transport) => this.#watch(transport));
    server.on('request', (request, response) => this.#receive(request, response));
    server.on('upgrade', (request, socket, head) => {
      this.#acceptor.handleUpgrade(request, socket, head, (link) => this.#serve(link));
    });
  }

  #watch(transport: Socket): void {
    this.#transports.add(transport);
    transport.on('error', () => {}); // `close` follows.
    transport.once('close', () => this.#transports.delete(transport));
  }

  #serve(link: WebSocket): void {
    this.#links.add(link);
    link.on('close', () => {
      this.#links.delete(link);
      this.#ledger.cutOff(this.name);
    });
    link.on('error', () => {}); // `close` follows.
    link.on('ping', (data) => {
      if (this.#endSilence === undefined) link.pong(data);
    });
    link.on('message', (data: RawData) => {
      if (link.readyState === WebSocket.OPEN) this.#take(String(data));
    });
  }

  #receive(request: IncomingMessage, response: ServerResponse): void {
    const chunks: Buffer[] = [];
    request.on('error', () => {}); // The request was cut off, so no event is counted.
    response.on('close', () => this.#held.delete(response));
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString();
      const numbers = numbersIn(text);
      if (numbers !== undefined && this.#options.refuses()) {
        this.#ledger.refused(this.name, numbers.selfId, numbers.n);
        response.writeHead(403).end();
        return;
      }
      this.#take(text);
      if (numbers !== undefined && this.#endSilence !== undefined) this.#held.add(response);
      else response.writeHead(204).end();
    });
  }

  #take(text: string): void {
    const numbers = numbersIn(text);
    if (numbers === undefined) return;
    const { selfId, n } = numbers;
    // The tag has the application's name at the moment, which a reload changes.
    const isIntact = text.replace(/,"server":"s\d+"\}$/, '}') === numberedEvent(selfId, n);
    this.#ledger.arrived({ server: this.name, selfId, n, isIntact });
  }
}

function numbersIn(text: string): { readonly selfId: string; readonly n: number } | undefined {
  const n = numberOf(text);
  const selfId = /"self_id":(\d+)/.exec(text)?.[1];
  return n === undefined || selfId === undefined ? undefined : { selfId, n };
}

/** A connection may end this long after the cause of its end. */
const CLOSING_MS = 500;
