import { startQqbridge } from '../peers/qqbridge.mjs';
import { startBots } from './bots.mjs';
import { Probe } from './probe.mjs';
import { newFolder } from './scratch.mjs';
import { Sink } from './sink.mjs';

/** A daemon between bots that report by WebSocket at a steady rate and a sink. */
export class BotRig {
  #options;
  #probe = new Probe();
  #sink = new Sink({ light: true });
  #bridge;
  #bots;

  /**
   * @param {object} options
   * @param {string} options.checkout
   * @param {string[]} options.selfIds
   * @param {number} options.links connections that the bridge is to open to the sink
   * @param {number} [options.serverCount]
   * @param {(sinkPort: number) => object} [options.settings] for the config
   * @param {Record<string, string>} [options.env]
   */
  constructor(options) {
    this.#options = options;
  }

  async start() {
    const { checkout, selfIds, links, serverCount = links, settings, env } = this.#options;
    await this.#sink.start();
    const build = { checkout, nodeArgs: this.#probe.nodeArgs, env };
    const sinkPort = this.#sink.port;
    const place = { home: newFolder('bots'), sinkPort, serverCount, settings: settings?.(sinkPort) };
    this.#bridge = await startQqbridge(build, place);
    this.#bots = await startBots({ port: this.#bridge.port, selfIds });
    const { events, isWhole } = await this.#sink.reached(links);
    if (!isWhole) throw new Error(`${events} links of ${links} are up: ${this.#bridge.child.output}`);
  }

  /** Loads it at that rate; `deliveriesPerEvent` tells when all has arrived. */
  async measure({ ms, rate, deliveriesPerEvent }) {
    const { child } = this.#bridge;
    const before = await this.#probe.look(child.pid);
    const { events: had } = await this.#sink.counts();
    const { sent, late, startNs } = await this.#bots.ask({ ms, rate });
    const deliveries = Math.round(sent * deliveriesPerEvent);
    const { lastEventNs, isWhole, events } = await this.#sink.reached(had + deliveries);
    const after = await this.#probe.look(child.pid);
    const tookMs = Number(lastEventNs - BigInt(startNs)) / 1e6;
    const cpuMicros = after.cpuMicros - before.cpuMicros;
    return {
      eventsPerS: (sent / Math.max(ms, tookMs)) * 1e3,
      deliveriesPerS: (deliveries / Math.max(ms, tookMs)) * 1e3,
      arrivedShare: isWhole ? 1 : (events - had) / deliveries,
      late,
      behindMs: Math.max(0, tookMs - ms),
      loopP99Ms: after.loopP99Ms,
      loopMaxMs: after.loopMaxMs,
      cores: cpuMicros / tookMs / 1e3,
      coresOfMainThread: (after.activeMs - before.activeMs) / (after.atMs - before.atMs),
      cpuMicrosPerDelivery: cpuMicros / deliveries,
      heapUsedMib: after.heapUsed / 1024 ** 2,
      ...child.memory,
    };
  }

  get memory() {
    return this.#bridge.child.memory;
  }

  look() {
    return this.#probe.look(this.#bridge.child.pid);
  }

  async stop() {
    await this.#bots?.stop();
    await this.#bridge?.child.stop();
    await this.#sink.stop();
  }
}
