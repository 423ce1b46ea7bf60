import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '../support/logger.ts';
import type { Pace, SimulatedServer } from './types.ts';

export interface OutagesOptions {
  /** In the order in which they fail. */
  readonly servers: readonly SimulatedServer[];
  readonly pace: Pace;
  readonly logger: Logger;
}

/** Lets one server after the other fail for a while, so that it can be seen that the others go on and nothing is lost. */
export class Outages {
  readonly #options: OutagesOptions;
  readonly #ending = new AbortController();
  #running: Promise<void> = Promise.resolve();

  constructor(options: OutagesOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running = this.#run();
  }

  /** Settles when no server is on its way any more. */
  async stop(): Promise<void> {
    this.#ending.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { servers, pace, logger } = this.#options;
    for (let turn = 0; await this.#wait(pace.calmMs); turn += 1) {
      const server = servers[turn % servers.length] as SimulatedServer;
      logger.info('a simulated server fails', { server: server.name, reason: await server.fail() });
      if (!(await this.#wait(pace.outageMs))) return;
      await this.#recover(server);
    }
  }

  async #recover(server: SimulatedServer): Promise<void> {
    const { logger } = this.#options;
    try {
      await server.recover();
      logger.info('a simulated server is back', { server: server.name });
    } catch (error) {
      // Its port was taken meanwhile, or the bridge is about to stop: its next turn is another try.
      logger.warn('a simulated server could not come back', { server: server.name, error });
    }
  }

  /** False when it is over. */
  async #wait(ms: number): Promise<boolean> {
    const { signal } = this.#ending;
    await sleep(ms, undefined, { signal }).catch(() => {
      // Aborted: the caller sees it by the signal.
    });
    return !signal.aborted;
  }
}
