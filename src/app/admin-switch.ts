import { join } from 'node:path';
import type { AdminConfig } from '../config/types.ts';
import type { AdminListener } from '../operator/admin/admin-listener.ts';
import { loadAdminToken } from '../operator/admin/admin-token.ts';
import { History } from '../operator/admin/history.ts';
import type { BridgeMetrics } from '../operator/metrics.ts';
import type { OperatedBridge } from '../operator/types.ts';
import { BridgeError } from '../support/errors.ts';
import type { Logger } from '../support/logger.ts';
import type { Speak } from '../support/text.ts';

export interface AdminSwitchOptions {
  readonly dataDir: string;
  readonly logger: Logger;
  readonly speak: Speak;
}

/** Where `npm run build` puts the dashboard: beside the compiled sources. */
const PAGE_DIR = join(import.meta.dirname, '..', 'dashboard');

/** The admin listener as the config wants it: on, elsewhere, or off. */
export class AdminSwitch {
  readonly #bridge: OperatedBridge;
  /** Outlives a changed listener, so that its counters go on. */
  #metrics: BridgeMetrics | undefined;
  /** Outlives a changed listener. */
  readonly #history: History;
  readonly #dataDir: string;
  readonly #logger: Logger;
  readonly #speak: Speak;
  #running: Running | undefined;

  constructor(bridge: OperatedBridge, { dataDir, logger, speak }: AdminSwitchOptions) {
    this.#bridge = bridge;
    this.#history = new History(() => bridge.status());
    this.#dataDir = dataDir;
    this.#logger = logger;
    this.#speak = speak;
  }

  /** Where it listens; undefined while it is off. */
  get address(): string | undefined {
    return this.#running?.address;
  }

  /** What it demands, for the logger to keep secret; undefined while it is off. */
  get token(): string | undefined {
    return this.#running?.token;
  }

  get tokenFile(): string | undefined {
    return this.#running?.tokenFile;
  }

  /** Where the dashboard is, with a code that logs in once; undefined while it is off. */
  loginLink(): string | undefined {
    return this.#running?.listener.loginLink();
  }

  /**
   * Replaces the listener.
   *
   * @throws BridgeError PORT_IN_USE or PORT_REFUSED; the old one goes on then.
   */
  async change(next: AdminConfig): Promise<void> {
    const old = this.#running;
    // The same address can't be listened on twice: there the old one has to go first.
    const inPlace = old !== undefined && old.config.host === next.host && old.config.port === next.port;
    if (inPlace) await old.listener.stop();
    try {
      this.#running = next.enabled ? await this.#start(next) : undefined;
    } catch (error) {
      if (inPlace) this.#running = await this.#start(old.config);
      throw error;
    }
    if (!inPlace) await old?.listener.stop();
    if (this.#running === undefined) this.#history.stop();
    else this.#history.start();
  }

  async stop(): Promise<void> {
    const old = this.#running;
    this.#running = undefined;
    this.#history.stop();
    await old?.listener.stop();
  }

  async #start(config: AdminConfig): Promise<Running | undefined> {
    const { token, file } = await loadAdminToken(this.#dataDir, config.token, this.#logger);
    // With them come express and prom-client: 7 MiB that a bridge without the listener is spared.
    const { AdminListener } = await import('../operator/admin/admin-listener.ts');
    const { BridgeMetrics } = await import('../operator/metrics.ts');
    this.#metrics ??= new BridgeMetrics(() => this.#bridge.status());
    const listener = new AdminListener({
      config,
      token,
      endedSessionsFile: join(this.#dataDir, 'ended-sessions'),
      bridge: this.#bridge,
      metrics: this.#metrics,
      history: this.#history,
      pageDir: PAGE_DIR,
      logger: this.#logger,
      speak: this.#speak,
    });
    try {
      const address = await listener.start();
      return { config, listener, address, token, ...(file === undefined ? {} : { tokenFile: file }) };
    } catch (error) {
      // A second bridge on a machine should not need a config for a listener that nobody asked for.
      if (!(error instanceof BridgeError) || config.portGiven) throw error;
      this.#logger.warn('the admin listener is off: its default port is taken, admin.port chooses another');
      return undefined;
    }
  }
}

interface Running {
  readonly config: AdminConfig;
  readonly listener: AdminListener;
  readonly address: string;
  readonly token: string;
  /** Where a generated token can be read. */
  readonly tokenFile?: string;
}
