import { createServer, type Server } from 'node:http';
import type { AdminConfig } from '../../config/types.ts';
import { refuseBrokenRequests } from '../../support/broken-requests.ts';
import { steadyNow } from '../../support/clock.ts';
import { listen } from '../../support/listen.ts';
import type { Logger } from '../../support/logger.ts';
import { OpenAnswers } from '../../support/open-answers.ts';
import type { Speak } from '../../support/text.ts';
import { serveUpgrades } from '../../support/upgrades.ts';
import type { BridgeMetrics } from '../metrics.ts';
import type { OperatedBridge } from '../types.ts';
import { adminRoutes } from './admin-routes.ts';
import { REFUSED } from './doors.ts';
import type { History } from './history.ts';
import { LiveFeed } from './live-feed.ts';
import { LoginCodes } from './login-codes.ts';

export interface AdminListenerOptions {
  readonly config: AdminConfig;
  readonly token: string;
  /** The file that keeps over a restart which sessions were ended by a logout. */
  readonly endedSessionsFile: string;
  readonly bridge: OperatedBridge;
  readonly metrics: BridgeMetrics;
  readonly history: History;
  /** Folder of the dashboard's files. */
  readonly pageDir: string;
  readonly logger: Logger;
  /** For answers to commands. */
  readonly speak: Speak;
  /** For the sentences of the dashboard, by language. */
  readonly speakers: Readonly<Record<'en' | 'zh', Speak>>;
}

const MAX_CONNECTIONS = 256;

const LIMITS = {
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  connectionsCheckingInterval: 2_000,
  keepAliveTimeout: 5_000,
  // The routes check Host themselves, and log a refusal.
  requireHostHeader: false,
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
  readonly #feed: LiveFeed;
  readonly #codes = new LoginCodes();
  #address = '';

  constructor(options: AdminListenerOptions) {
    const { config, logger } = options;
    this.#config = config;
    this.#logger = logger;
    this.#feed = new LiveFeed(options);
    const routes = adminRoutes({ ...options, host: config.host, feed: this.#feed, codes: this.#codes });
    this.#server = createServer(LIMITS, routes);
    const answers = new OpenAnswers(this.#server);
    serveUpgrades(this.#server, answers);
    refuseBrokenRequests(this.#server, { answers, log: (level, fields) => logger[level](REFUSED, fields) });
    this.#server.maxConnections = MAX_CONNECTIONS;
    this.#server.setTimeout(IDLE_MS);
    this.#server.on('drop', (dropped) => {
      const remote = dropped === undefined ? undefined : `${dropped.remoteAddress}:${dropped.remotePort}`;
      logger.warn('a connection to the admin listener was turned away: too many are open', { remote });
    });
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
    this.#address = address;
    return address;
  }

  /** The dashboard's address with a code that is good for one login. */
  loginLink(): string {
    const { protocol, host } = new URL(this.#address);
    // A listener on all addresses is reached by that of this machine.
    const reachable = host.replace(/^0\.0\.0\.0/, '127.0.0.1').replace(/^\[::\]/, '[::1]');
    return `${protocol}//${reachable}/#login=${this.#codes.issue(steadyNow())}`;
  }

  /** Idle connections end at once, the others within a second. */
  async stop(): Promise<void> {
    if (!this.#server.listening) return;
    this.#feed.stop();
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeIdleConnections();
    const cut = setTimeout(() => this.#server.closeAllConnections(), GRACE_MS);
    await closed;
    clearTimeout(cut);
  }
}
