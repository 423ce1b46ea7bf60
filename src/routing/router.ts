import type { ServerConfig } from '../config/types.ts';
import type { OneBotEvent } from '../onebot/bot-frame.ts';
import { cursorName } from './cursor-name.ts';

/**
 * Which servers an event is for. Pure; a reload makes a new one.
 *
 * Lifecycle and heartbeat events are not its business: they are relayed to links that are up, never queued.
 */
export class Router {
  /** Whether any server is posted to: only such a one answers a report with a quick operation. */
  readonly posts: boolean;
  readonly #servers: readonly ServerConfig[];
  /** Per bot, since all that is asked is which bots a server sees. */
  readonly #routes = new Map<string, readonly string[]>();

  constructor(servers: Iterable<ServerConfig>) {
    this.#servers = [...servers].filter((server) => server.enabled);
    this.posts = this.#servers.some(({ protocol }) => protocol === 'http');
  }

  /** The cursors to append the event for. */
  route(event: OneBotEvent): readonly string[] {
    let route = this.#routes.get(event.selfId);
    if (route === undefined) {
      route = this.#servers
        .filter((server) => seesBot(server, event.selfId))
        .map((server) => cursorName(server, event.selfId));
      this.#routes.set(event.selfId, route);
    }
    return route;
  }
}

/** Whether that server gets the events of a bot and may call it. */
export function seesBot(server: ServerConfig, selfId: string): boolean {
  return server.bots === undefined || server.bots.includes(selfId);
}
