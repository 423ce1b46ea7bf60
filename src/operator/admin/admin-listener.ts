import { createServer, type Server } from 'node:http';
import type { AdminConfig } from '../../config/types.ts';
import { listen } from '../../support/listen.ts';
import type { Logger } from '../../support/logger.ts';
import type { Speak } from '../../support/text.ts';
import type { BridgeMetrics } from '../metrics.ts';
import type { OperatedBridge } from '../types.ts';
import { adminRoutes } from './admin-routes.ts';

export interface AdminListenerOptions {
  readonly config: AdminConfig;
  readonly token: string;
  readonly bridge: OperatedBridge;
  readonly metrics: BridgeMetrics;
  readonly logger: Logger;
  /** For answers to commands. */
  readonly speak: Speak;
}

const MAX_CONNECTIONS = 256;

const LIMITS = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  connectionsCheckingInterval: 2_000,
  keepAliveTimeout: 5_000,
} as const;

/** A peer that neither sends nor takes anything for so long is cut off. */
const IDLE_MS = 30_000;

/** How long an answer under way has at the stop: that of the `stop` command itself, for one. */
const GRACE_MS = 1_000;

/** The listener for health checks, `ctl` and the dashboard, apart from the port so that bots never reach it. */
export class AdminListener {
  readonly #config: AdminConfig;
  readonly #logger: Logger;
  readonly #server: Server;

  constructor({ config, token, bridge, metrics, logger, speak }: AdminListenerOptions) {
    this.#config = config;
    this.#logger = logger;
    this.#server = createServer(LIMITS, adminRoutes({ bridge, metrics, token, host: config.host, logger, speak }));
    this.#server.maxConnections = MAX_CONNECTIONS;
    this.#server.setTimeout(IDLE_MS);
    this.#server.on('drop', () => logger.warn('a connection to the admin listener was turned away: too many are open'));
  }

  /**
   * Begins to listen.
   *
   * @returns Where, `http://127.0.0.1:5780`.
   * @throws BridgeError PORT_IN_USE or PORT_REFUSED.
   */
  async start(): Promise<string> {
    const address = await listen(this.#server, this.#config);
    // Too many open files, for one.
    this.#server.on('error', (error) => this.#logger.error('the admin listener has a fault', { error }));
    return address;
  }

  /** Idle connections end at once, the others within a second. */
  async stop(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeIdleConnections();
    const cut = setTimeout(() => this.#server.closeAllConnections(), GRACE_MS);
    await closed;
    clearTimeout(cut);
  }
}
