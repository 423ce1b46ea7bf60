import { createServer, type RequestListener, type Server, type ServerOptions } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { Socket } from 'node:net';
import type { PortConfig, TlsIdentity } from '../config/types.ts';
import { type RefusalLog, refuseBrokenRequests } from '../support/broken-requests.ts';
import { listen } from '../support/listen.ts';
import type { Logger } from '../support/logger.ts';
import { describeNetworkError, errorCode } from '../support/network-error.ts';
import { OpenAnswers } from '../support/open-answers.ts';
import { remoteOf } from '../support/refusal-fields.ts';
import { text } from '../support/text.ts';
import { asksForWebSocket, serveUpgrades, type UpgradeListener } from '../support/upgrades.ts';

export interface ListenerOptions {
  readonly onRequest: RequestListener;
  /** A request for a WebSocket. Requests with another upgrade go to `onRequest`. */
  readonly onUpgrade: UpgradeListener;
  readonly logger: Logger;
}

/** What listens under the port: plain HTTP or TLS, which a reload may change while connections stay open. */
export class Listener {
  readonly #options: ListenerOptions;
  #tls: TlsIdentity | undefined;
  #current: ReturnType<typeof createSecureServer> | Server;
  /** Those that listen no longer, for their open connections. */
  readonly #former = new Set<Server>();
  #isListening = false;
  #address = '';

  constructor(tls: TlsIdentity | undefined, options: ListenerOptions) {
    this.#options = options;
    this.#tls = tls;
    this.#current = this.#make(tls);
  }

  /** Where it listens, `http://127.0.0.1:5700`, or `https:`; empty before it does. */
  get address(): string {
    return this.#address;
  }

  /**
   * Begins to listen.
   *
   * @throws BridgeError PORT_IN_USE or PORT_REFUSED.
   */
  async start({ host, port }: Pick<PortConfig, 'host' | 'port'>): Promise<void> {
    const address = await listen(this.#current, { host, port });
    this.#isListening = true;
    this.#address = this.#tls === undefined ? address : address.replace(/^http:/, 'https:');
  }

  /**
   * Takes up a changed certificate; new connections see it.
   *
   * @throws BridgeError when the port can't be listened on with TLS, or without it; the old one listens on then.
   */
  async secure(tls: TlsIdentity | undefined): Promise<void> {
    const [before, server] = [this.#tls, this.#current];
    if (tls !== undefined && 'setSecureContext' in server) {
      server.setSecureContext(tls);
      this.#tls = tls;
      return;
    }
    if (tls === before) return;
    const address = server.address();
    this.#tls = tls;
    this.#current = this.#make(tls);
    if (!this.#isListening || typeof address !== 'object' || address === null) return;
    const where = { host: address.address, port: address.port };
    this.#former.add(server);
    server.close(() => this.#former.delete(server));
    try {
      await this.start(where);
    } catch (error) {
      this.#tls = before;
      this.#current = this.#make(before);
      await this.#startAgain(where);
      throw error;
    }
  }

  async #startAgain(where: Pick<PortConfig, 'host' | 'port'>): Promise<void> {
    try {
      await this.start(where);
    } catch (error) {
      this.#isListening = false;
      this.#options.logger.error('the port is listened on no more: a restart is needed', { error });
      throw error;
    }
  }

  /** Listens no longer; open connections stay. */
  stopAccepting(): void {
    this.#isListening = false;
    for (const server of this.#all()) {
      server.close();
      server.closeIdleConnections();
    }
  }

  /** Ends what is left. The sockets of WebSockets belong to whoever took them over. */
  stop(): void {
    for (const server of this.#all()) server.closeAllConnections();
  }

  #all(): Server[] {
    return [...this.#former, this.#current];
  }

  #make(tls: TlsIdentity | undefined): ReturnType<typeof createSecureServer> | Server {
    const { onRequest, onUpgrade, logger } = this.#options;
    const server = tls === undefined ? createServer(SERVER_LIMITS) : createSecureServer({ ...SERVER_LIMITS, ...tls });
    server.maxConnections = MAX_CONNECTIONS;
    server.on('request', onRequest);
    // Without a listener Node answers with 417 itself, and the log says nothing of it.
    server.on('checkExpectation', onRequest);
    const answers = new OpenAnswers(server);
    serveUpgrades(server, answers, { takes: asksForWebSocket, onUpgrade });
    const log: RefusalLog = (level, fields) => logger[level](REFUSED, fields);
    refuseBrokenRequests(server, { answers, log });
    server.on('drop', (dropped) => {
      const remote = dropped === undefined ? undefined : `${dropped.remoteAddress}:${dropped.remotePort}`;
      logger.warn('a connection was turned away: too many are open', { remote });
    });
    server.on('tlsClientError', (error: Error, socket: Socket) => {
      // The socket may be closed, and have forgotten from where it came.
      const fields = { remote: remoteOf(socket), reason: describeNetworkError(error) };
      // One that goes away at once only wanted to know whether somebody listens.
      if (errorCode(error) === 'ECONNRESET') logger.debug('a connection to the port ended before TLS', fields);
      else logger.warn('a connection to the port did not come to TLS', fields);
    });
    server.on('listening', () => {
      server.on('error', (error) => logger.error('the port has a fault', { reason: describeNetworkError(error) }));
    });
    return server;
  }
}

/** The log line for each request that the port refuses. */
export const REFUSED = text`a request to the port was refused`;

/** Connections that may be open at once, WebSockets included. */
const MAX_CONNECTIONS = 10_000;

/** A peer that dawdles over its headers is cut off, whatever it sends in between. */
const SERVER_LIMITS: ServerOptions = {
  headersTimeout: 15_000,
  requestTimeout: 300_000,
  connectionsCheckingInterval: 2_000,
  keepAliveTimeout: 75_000,
  // The port itself checks Host and logs the refusal.
  requireHostHeader: false,
};
