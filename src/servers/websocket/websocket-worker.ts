import type { WebSocketServerConfig } from '../../config/types.ts';
import type { OneBotEvent } from '../../onebot/bot-frame.ts';
import { shownUrl } from '../../support/shown-url.ts';
import { Deliveries, frameLimitOf } from '../delivery/deliveries.ts';
import { Lingering } from '../lingering.ts';
import type { ServerStatus, ServerWorker } from '../types.ts';
import type { WorkerContext } from '../worker-context.ts';
import { Link } from './link.ts';

/**
 * The worker of a server that the bridge dials as a reverse-WebSocket client: one link per bot, since frameworks know
 * a connection by its `X-Self-ID` alone. A bot that leaves takes its link along after a minute, unless
 * events still wait for it.
 */
export class WebSocketWorker implements ServerWorker {
  #config: WebSocketServerConfig;
  readonly #context: WorkerContext;
  readonly #deliveries: Deliveries;
  readonly #links = new Map<string, Link>();
  /** Bots that left and whose links are still there. */
  readonly #leaving = new Lingering();
  #paused = false;

  constructor(config: WebSocketServerConfig, context: WorkerContext) {
    this.#config = config;
    this.#context = context;
    this.#deliveries = new Deliveries({ ...context, config });
  }

  botUp(selfId: string): void {
    this.#leaving.stays(selfId);
    let link = this.#links.get(selfId);
    if (link === undefined) {
      const cursor = this.#context.cursor(this.#config, selfId);
      const config = () => this.#config;
      link = new Link(selfId, { config, cursor, deliveries: this.#deliveries, context: this.#context });
      link.setPaused(this.#paused);
      link.setHeld(this.#context.isHeld(selfId));
      this.#links.set(selfId, link);
    }
    link.start();
  }

  botDown(selfId: string): void {
    this.#leaving.leaves(selfId, {
      mayGo: () => (this.#links.get(selfId)?.cursor.waitingEvents ?? 0) === 0,
      go: () => void this.#drop(selfId),
    });
  }

  eventsWait(selfId: string): void {
    if (this.#links.has(selfId)) return;
    this.botUp(selfId);
    this.botDown(selfId);
  }

  configure(config: WebSocketServerConfig): void {
    this.#config = config;
    this.#deliveries.configure(config);
    for (const link of this.#links.values()) link.reformed();
  }

  forgetLimit(): void {
    this.#deliveries.limit.forget();
  }

  relay(event: OneBotEvent): void {
    if (event.kind === 'heartbeat' && !this.#config.heartbeat) return;
    this.#links.get(event.selfId)?.relay(event);
  }

  reconnect(): void {
    this.#deliveries.limit.forget();
    for (const link of this.#links.values()) link.reconnect();
  }

  retry(): void {
    for (const link of this.#links.values()) link.retry();
  }

  async forget(selfId: string): Promise<void> {
    this.#leaving.stays(selfId);
    await this.#drop(selfId);
  }

  setPaused(paused: boolean): void {
    this.#paused = paused;
    for (const link of this.#links.values()) link.setPaused(paused);
  }

  setHeld(selfId: string, held: boolean): void {
    this.#links.get(selfId)?.setHeld(held);
  }

  get settled(): boolean {
    return [...this.#links.values()].every((link) => link.settled);
  }

  async stop(): Promise<void> {
    this.#leaving.stop();
    await Promise.all([...this.#links.values()].map((link) => link.stop()));
  }

  status(): ServerStatus {
    const { name, protocol, url, enabled } = this.#config;
    const links = [...this.#links.values()];
    const counts = this.#deliveries.counter.counts(links.map(({ cursor }) => cursor));
    return {
      name,
      protocol,
      url: shownUrl(url),
      enabled,
      paused: this.#paused,
      links: links.map((link) => link.status()),
      counts,
      ...frameLimitOf(this.#deliveries),
    };
  }

  /** The link stays listed until it is closed: a bot that is back before that starts it again, none beside it. */
  async #drop(selfId: string): Promise<void> {
    const link = this.#links.get(selfId);
    await link?.stop();
    if (link?.status().state === 'stopped') this.#links.delete(selfId);
  }
}
