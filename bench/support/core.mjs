import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { SELF_ID } from '../load/events.mjs';

/**
 * The middle of the bridge, as `src/app/bridge.ts` wires it, without the port: events go into the durable log as they
 * would from a bot, and servers get them from there. For what is measured in one process, to the microsecond.
 */
export class Core {
  #log;
  #fleet;
  #router;
  #readBotFrame;
  #limit;
  #onRoom;
  /** Events given out, and deliveries still to come. */
  outstanding = 0;

  /** @param {{ checkout: string, home: string, config: object }} options `config` as in the YAML file */
  static async open({ checkout, home, config }) {
    const load = async (file) => await import(pathToFileURL(join(checkout, 'dist', file)).href);
    const { readConfig } = await load('config/load.js');
    const loaded = readConfig(JSON.stringify(config), { file: join(home, 'config.yml'), env: {} });
    if (loaded.kind === 'faulty') throw new Error(JSON.stringify(loaded.faults));
    const core = new Core();
    await core.#wire(loaded.config, load);
    return core;
  }

  async #wire({ dataDir, port, servers }, load) {
    const { LmdbStore } = await load('log/embedded/lmdb-store.js');
    const { SharedLog } = await load('log/shared-log.js');
    const { Router, seesBot } = await load('routing/router.js');
    const { cursorName } = await load('routing/cursor-name.js');
    const { Fleet } = await load('servers/fleet.js');
    const { silentLogger: logger } = await load('support/logger.js');
    this.#readBotFrame = (await load('onebot/bot-frame.js')).readBotFrame;
    const queueOf = (name) => [...servers.values()].find((server) => name.startsWith(server.name))?.queue;
    this.#log = new SharedLog({
      store: await LmdbStore.open({ dataDir, configFile: 'bench', logger }),
      boundsOf: queueOf,
      maxMemoryBytes: 64 * 1024 * 1024,
      logger,
    });
    this.#router = new Router(servers.values());
    this.#fleet = new Fleet({
      sees: seesBot,
      cursor: (server, selfId) => this.#log.cursor(cursorName(server, selfId)),
      calls: { place() {}, callerGone() {}, underWay: () => 0 },
      quickOperations: { posting() {}, posted() {} },
      deadLetters: this.#log.deadLetters,
      onDelivered: () => this.#delivered(),
      logger,
      userAgent: 'QQBridge/bench',
      maxPayloadBytes: () => port.maxPayloadBytes,
    });
    for (const server of servers.values()) this.#fleet.add(server, [SELF_ID]);
  }

  /** Whether every link of every server is up. */
  get isUp() {
    return this.#fleet.statuses().every(({ links }) => links.length > 0 && links.every(({ state }) => state === 'up'));
  }

  /** One event, by its bytes, to all servers. */
  take(bytes) {
    const frame = this.#readBotFrame(bytes, SELF_ID);
    const cursors = this.#router.route(frame.event);
    this.outstanding += cursors.length;
    return this.#log.append(frame.event, cursors);
  }

  setPaused(names, paused) {
    for (const name of names) this.#fleet.setPaused(name, paused);
  }

  /** Settles when no more than so many deliveries are outstanding. */
  room(limit) {
    if (this.outstanding <= limit) return undefined;
    this.#limit = limit;
    return new Promise((resolve) => {
      this.#onRoom = resolve;
    });
  }

  #delivered() {
    this.outstanding -= 1;
    if (this.#onRoom === undefined || this.outstanding > this.#limit) return;
    const onRoom = this.#onRoom;
    this.#onRoom = undefined;
    onRoom();
  }
}
