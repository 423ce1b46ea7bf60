import { setTimeout as delay } from 'node:timers/promises';
import { startReporter } from '../support/reporter.mjs';
import { newFolder } from '../support/scratch.mjs';
import { Sink } from '../support/sink.mjs';

/**
 * One bridge between its own reporter and its own sink. The rigs of all peers stand side by side and are loaded in
 * turn, so that each is warm and the others idle.
 */
export class Rig {
  name;
  #options;
  #sink;
  #bridge;
  #reporter;
  /** Events answered 204 since the start. */
  #acknowledged = 0;

  /**
   * @param {{ name: string, start: Function }} peer
   * @param {{ serverCount: number, connections: number, protocol?: 'websocket' | 'http', bytes?: number }} options
   */
  constructor(peer, options) {
    this.name = peer.name;
    this.#options = { protocol: 'websocket', ...options, start: peer.start };
  }

  async start() {
    const { serverCount, connections, protocol, bytes, start } = this.#options;
    const home = newFolder(this.name);
    this.#sink = new Sink({ light: bytes !== undefined });
    await this.#sink.start();
    this.#bridge = await start({ home, sinkPort: this.#sink.port, serverCount, protocol });
    this.#reporter = await startReporter(this.#bridge.port, connections, bytes);
    // The first report makes the bot known, at which the bridge dials its servers.
    await this.#post({ events: 1 });
    await this.#drained();
  }

  /** @param {{ ms?: number, rate?: number, events?: number }} what how it is loaded, as `reporter.mjs` takes it */
  async measure(what) {
    const { child } = this.#bridge;
    const before = { bridge: child.cpuMicros, sink: this.#sink.cpuMicros, reporter: this.#reporter.cpuMicros };
    const start = process.hrtime.bigint();
    const { acknowledged, tookMs, p50Ms, p99Ms } = await this.#post(what);
    const { lastEventNs, isWhole } = await this.#drained();
    await delay(SETTLE_MS);
    const cpu = child.cpuMicros - before.bridge;
    const deliveries = acknowledged * this.#options.serverCount;
    const deliveredMs = Number(lastEventNs - start) / 1e6;
    return {
      eventsPerS: (acknowledged / tookMs) * 1e3,
      deliveriesPerS: (deliveries / deliveredMs) * 1e3,
      p50Ms,
      p99Ms,
      deliveredMs,
      behindMs: Math.max(0, deliveredMs - tookMs),
      cpuMicrosPerDelivery: cpu / deliveries,
      cpuMicrosPerEvent: cpu / acknowledged,
      coresOfBridge: cpu / deliveredMs / 1e3,
      coresOfSink: (this.#sink.cpuMicros - before.sink) / deliveredMs / 1e3,
      coresOfReporter: (this.#reporter.cpuMicros - before.reporter) / deliveredMs / 1e3,
      ...child.memory,
      isWhole,
    };
  }

  /**
   * Whether every server got every acknowledged event once, each reporter connection's in order, and all servers the
   * same order.
   */
  async verdict() {
    const { serverCount, protocol } = this.#options;
    const { links, events } = await this.#sink.counts();
    // Posts of one server come over several connections, as many as it likes.
    if (protocol === 'http') return { isRight: events === this.#acknowledged * serverCount, events };
    const wrong = links.reduce((sum, link) => sum + link.wrong, 0);
    const missing = links.reduce((sum, { events }) => sum + Math.max(0, this.#acknowledged - events), 0);
    const surplus = links.reduce((sum, { events }) => sum + Math.max(0, events - this.#acknowledged), 0);
    const orders = new Set(links.map(({ order }) => order)).size;
    const isRight = links.length === serverCount && orders === 1 && wrong + missing + surplus === 0;
    const pings = links.reduce((sum, link) => sum + link.pings, 0);
    return { isRight, acknowledged: this.#acknowledged, links: links.length, missing, surplus, wrong, orders, pings };
  }

  async stop() {
    await this.#reporter?.stop();
    await this.#bridge?.child.stop();
    await this.#sink?.stop();
  }

  get pid() {
    return this.#bridge.child.pid;
  }

  get output() {
    return this.#bridge?.child.output ?? '';
  }

  async #post(what) {
    const result = await this.#reporter.ask(what);
    this.#acknowledged += result.acknowledged;
    return result;
  }

  /** Waits until the servers have all that was acknowledged. */
  #drained() {
    return this.#sink.reached(this.#acknowledged * this.#options.serverCount);
  }
}

/** Acknowledgements reach the store up to 100 ms later; that is part of the bill. */
const SETTLE_MS = 250;
