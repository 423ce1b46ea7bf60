import { join } from 'node:path';
import type { AdminConfig } from '../config/types.ts';
import { speakIn } from '../language/speak.ts';
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
  /** During a change: the listener before the change, and whether it had to end before the new one could listen. */
  #previous: { readonly running: Running | undefined; readonly hasEnded: boolean } | undefined;

  constructor(bridge: OperatedBridge, { dataDir, logger, speak }: AdminSwitchOptions) {
    this.#bridge = bridge;
    this.#history = new History(() => bridge.statusInTurns());
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
   * Begins to replace the listener. The caller has to call {@link keep} or {@link undo} next, also when this throws.
   *
   * @throws BridgeError PORT_IN_USE or PORT_REFUSED.
   */
  async change(next: AdminConfig): Promise<void> {
    const old = this.#running;
    // Nobody can listen on one port twice, even with different hosts (0.0.0.0 and 127.0.0.1). So the old listener has
    // to end first.
    const hasEnded = next.enabled && old !== undefined && next.port !== 0 && old.config.port === next.port;
    this.#previous = { running: old, hasEnded };
    if (hasEnded) this.#end(old);
    this.#running = next.enabled ? await this.#start(next) : undefined;
  }

  /** Makes the change final. */
  keep(): void {
    const previous = this.#previous;
    this.#previous = undefined;
    if (previous !== undefined && !previous.hasEnded) this.#end(previous.running);
    if (this.#running === undefined) this.#history.stop();
    else this.#history.start();
  }

  /**
   * Brings the previous listener back.
   *
   * @throws BridgeError when the previous listener had to end and another program has taken its address.
   */
  async undo(): Promise<void> {
    const previous = this.#previous;
    this.#previous = undefined;
    if (previous === undefined) return;
    const { running, hasEnded } = previous;
    if (this.#running !== running) this.#end(this.#running);
    this.#running = running !== undefined && hasEnded ? await this.#start(running.config) : running;
  }

  async stop(): Promise<void> {
    const old = this.#running;
    this.#running = undefined;
    this.#history.stop();
    await old?.listener.stop();
  }

  /** Stops listening at once. Answers under way, such as the one to the request that reloads, get one second. */
  #end(running: Running | undefined): void {
    running?.listener.stop().catch((error: unknown) => {
      this.#logger.error('an admin listener that was replaced could not be closed', { error });
    });
  }

  async #start(config: AdminConfig): Promise<Running | undefined> {
    const { token, file } = await loadAdminToken(this.#dataDir, config.token, this.#logger);
    // With them come express and prom-client: 7 MiB that a bridge without the listener is spared.
    const { AdminListener } = await import('../operator/admin/admin-listener.ts');
    const { BridgeMetrics } = await import('../operator/metrics.ts');
    this.#metrics ??= new BridgeMetrics(() => this.#bridge.statusInTurns());
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
      speakers: { en: speakIn('en'), zh: speakIn('zh') },
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
