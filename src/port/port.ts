import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { PortConfig, ServerConfig } from '../config/types.ts';
import { ONEBOT_12, speaksOneBot12 } from '../onebot/onebot-12.ts';
import { type BrowserGuardOptions, guardBrowser } from '../support/browser-guard.ts';
import type { Logger } from '../support/logger.ts';
import { refusalFields, remoteOf } from '../support/refusal-fields.ts';
import { text } from '../support/text.ts';
import { type Refusal, refused } from './admission.ts';
import { welcomePage } from './allowed-pages.ts';
import { ApplicationRoute } from './application-route.ts';
import { BodyCollector } from './body.ts';
import { CallRoute } from './call-route.ts';
import { Callers, FOREIGN_HOST, pathOf } from './callers.ts';
import { drain } from './drain.ts';
import { Listener, REFUSED } from './listener.ts';
import { answerRefusal, answerUpgrade, refusalOfHead, refusalOfLostUpgrade } from './refusals.ts';
import { isReport, ReportRoute } from './report-route.ts';
import type { ApplicationGate, BotGate, CallGate } from './types.ts';
import { UpgradeRoute } from './upgrade-route.ts';

/**
 * The one listener: HTTP reports and reverse WebSockets of bots, on any path, and applications that dial in, by HTTP
 * calls, forward WebSockets and for server-sent events.
 *
 * It keeps browsers out, checks tokens, signatures and sizes, and hands what is left to the {@link BotGate}, the
 * {@link CallGate} and the {@link ApplicationGate}. It never waits for a server. Plain node:http, since express would cost an event six times as much (`bench/`).
 */
export class Port {
  readonly #logger: Logger;
  readonly #listener: Listener;
  readonly #bodies = new BodyCollector();
  readonly #reports: ReportRoute;
  readonly #calls: CallRoute;
  readonly #applications: ApplicationRoute;
  readonly #upgrades: UpgradeRoute;
  #config: PortConfig;
  #callers: Callers;
  #guard: BrowserGuardOptions;
  #stopping = false;

  constructor({ config, bots, calls, applications, logger }: PortOptions) {
    this.#config = config;
    this.#guard = guardOf(config);
    this.#logger = logger;
    this.#reports = new ReportRoute(config, { gate: bots, bodies: this.#bodies });
    const callers = new Callers(config, []);
    this.#callers = callers;
    this.#calls = new CallRoute(callers, calls);
    this.#applications = new ApplicationRoute(callers, applications);
    this.#upgrades = new UpgradeRoute(config, {
      bots,
      applications: this.#applications,
      onApplication: (socket, peer) => applications.connected(socket, peer),
      onUnsound: (request, socket, refusal) => this.#onUnsoundHandshake(request, socket, refusal),
      onFull: ({ socket }) =>
        logger.warn('a connection is cut off: too many large messages come at once', { remote: remoteOf(socket) }),
    });
    this.#listener = new Listener(config.tls, {
      onRequest: (request, response) => void this.#onRequest(request, response),
      onUpgrade: (request, socket, head) => this.#onUpgrade(request, socket, head),
      logger,
    });
  }

  /** Where it listens, `http://127.0.0.1:5700`, or `https:`; empty before it does. */
  get address(): string {
    return this.#listener.address;
  }

  /**
   * Begins to listen.
   *
   * @throws BridgeError PORT_IN_USE or PORT_REFUSED.
   */
  async start(): Promise<void> {
    await this.#listener.start(this.#config);
  }

  /**
   * Takes up a changed certificate, or switches TLS on or off. Open connections stay.
   *
   * @throws BridgeError when the port can't be opened with the new settings. It then stays open with the old ones.
   */
  async secure(tls: PortConfig['tls']): Promise<void> {
    await this.#listener.secure(tls);
  }

  /** Takes up changed tokens, limits, origins and servers. Open connections stay. */
  configure(config: PortConfig, servers: Iterable<ServerConfig>): void {
    this.#config = config;
    this.#guard = guardOf(config);
    const callers = new Callers(config, servers);
    this.#callers = callers;
    this.#calls.configure(callers);
    this.#applications.configure(callers);
    this.#reports.configure(config);
    this.#upgrades.configure(config);
  }

  /** Stops listening; what still comes on open connections is answered 503. */
  stopAccepting(): void {
    this.#stopping = true;
    this.#listener.stopAccepting();
  }

  /** Ends what is left. The sockets of WebSockets belong to the gates. */
  stop(): void {
    if (!this.#stopping) this.stopAccepting();
    this.#listener.stop();
  }

  async #onRequest(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const foreign = this.#refusal(request) ?? refusalOfLostUpgrade(request);
      if (foreign === undefined && welcomePage(request, response, this.#config.allowedOrigins)) return;
      const refusal = foreign ?? (await this.#serve(request, response));
      if (refusal === undefined) return;
      this.#log(request, refusal);
      answerRefusal(response, refusal);
      await this.#drain(request);
    } catch (error) {
      this.#logger.error('a request to the port could not be served', { error });
      if (!response.headersSent) answerRefusal(response, refused(503, text`the bridge has a fault; see its log`));
    }
  }

  /** A report is known by its `X-Self-ID`, or by what is in it; what else names an action is a call. */
  #serve(request: IncomingMessage, response: ServerResponse): Refusal | undefined | Promise<Refusal | undefined> {
    const { method, headers, url = '/' } = request;
    if (speaksOneBot12(headers)) return refused(400, ONEBOT_12);
    if (method === 'POST' && headers['x-self-id'] !== undefined) return this.#reports.serve(request, response);
    const namesAction = pathOf(url) !== '';
    if (method === 'GET' && this.#applications.isStream(url)) return this.#applications.stream(request, response);
    if (method === 'GET' && namesAction) return this.#calls.serve(request, response, NO_BODY);
    if (method !== 'POST') {
      return refused(405, text`QQBridge: bots POST their reports here, or connect with a reverse WebSocket`);
    }
    return namesAction ? this.#serveEither(request, response) : this.#reports.serve(request, response);
  }

  async #serveEither(request: IncomingMessage, response: ServerResponse): Promise<Refusal | undefined> {
    const refusal = this.#refusalOfEither(request);
    if (refusal !== undefined) return refusal;
    const body = await this.#bodies.read(request, this.#config.maxPayloadBytes);
    if (!Buffer.isBuffer(body)) return body;
    if (isReport(body)) return this.#reports.serveBody(request, response, body);
    return this.#calls.serve(request, response, body);
  }

  /**
   * The refusal of a peer that may neither report nor call. Checked before the body is read, so that the body is never
   * held in memory.
   */
  #refusalOfEither(request: IncomingMessage): Refusal | undefined {
    const caller = this.#calls.identify(request);
    if (caller.kind === 'caller') return undefined;
    const asReport = this.#reports.refusal(request);
    if (asReport === undefined) return undefined;
    // No action has the name of the path, so the request can only be meant as a report.
    return caller.status === 404 ? asReport : caller;
  }

  /** Reads the rest of a refused request, so that its peer reads the answer. A request that does not end is cut off. */
  async #drain(request: IncomingMessage): Promise<void> {
    await drain(request, this.#config.maxPayloadBytes);
    if (!request.complete) request.socket.destroySoon();
  }

  #onUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    // An upgrade socket has no error listener of its own; its peer may vanish at any time.
    socket.on('error', () => socket.destroy());
    const refusal = this.#refusal(request) ?? this.#upgrades.serve(request, socket, head);
    if (refusal === undefined) return;
    this.#log(request, refusal);
    if (refusal.isAnswered === true) return;
    answerUpgrade(socket, refusal);
  }

  #onUnsoundHandshake(request: IncomingMessage, socket: Duplex, refusal: Refusal): void {
    this.#log(request, refusal);
    answerUpgrade(socket, refusal);
  }

  #refusal(request: IncomingMessage): Refusal | undefined {
    if (this.#stopping) return refused(503, text`the bridge is stopping`);
    const verdict = guardBrowser(request.headers, this.#guard);
    if (verdict.kind === 'allowed') return refusalOfHead(request);
    if (verdict.cause === 'page') return refused(403, verdict.reason, FOREIGN_PAGE);
    const { headers, url = '/' } = request;
    return this.#callers.showsToken(headers, url) ? refusalOfHead(request) : refused(403, verdict.reason, FOREIGN_HOST);
  }

  #log(request: IncomingMessage, refusal: Refusal): void {
    this.#logger.warn(REFUSED, refusalFields(request, refusal));
  }
}

export interface PortOptions {
  readonly config: PortConfig;
  readonly bots: BotGate;
  readonly calls: CallGate;
  readonly applications: ApplicationGate;
  readonly logger: Logger;
}

const FOREIGN_PAGE = text`add its Origin to allowed_origins if that page may use the port`;
const NO_BODY = Buffer.alloc(0);

function guardOf({ allowedOrigins, accessToken, host }: PortConfig): BrowserGuardOptions {
  return { allowedOrigins, ...(accessToken === undefined ? { hostCheck: { configuredHost: host } } : {}) };
}
