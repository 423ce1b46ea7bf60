import type { ServerConfig } from '../config/types.ts';
import type { OneBotEvent } from '../onebot/bot-frame.ts';
import { cursorName } from './cursor-name.ts';
import { FieldReader } from './event-fields.ts';
import { FilterCompiler, fieldNamesIn } from './filter.ts';
import { type EventFilter, FilteredEvent } from './filtered-event.ts';

/**
 * Which servers an event is for. Pure; a reload makes a new one.
 *
 * Lifecycle and heartbeat events are not its business: they are relayed to links that are up, never queued.
 */
export class Router {
  /** Whether any server is posted to: only such a one answers a report with a quick operation. */
  readonly posts: boolean;
  readonly #servers: readonly RoutedServer[];
  /** Per bot: without filters, which bots a server sees is all that counts. */
  readonly #routes = new Map<string, Route>();
  readonly #fields: FieldReader;

  constructor(servers: Iterable<ServerConfig>) {
    const enabled = [...servers].filter((server) => server.enabled);
    // Filters are compiled here, not at the first event, so that a faulty filter fails the reload.
    const compiler = new FilterCompiler();
    this.#servers = enabled.map((config) => ({
      config,
      ...(config.filter ? { passes: compiler.compile(config.filter) } : {}),
    }));
    this.posts = enabled.some(({ protocol }) => protocol === 'http');
    this.#fields = new FieldReader(enabled.flatMap(({ filter }) => (filter ? fieldNamesIn(filter) : [])));
  }

  /** The cursors to append the event for. */
  route(event: OneBotEvent): readonly string[] {
    const { all, filtered, filters } = this.#routeOf(event.selfId);
    if (filtered.length === 0) return all;
    const verdicts = new FilteredEvent(this.#fields.fieldsOf(event)).passes(filters);
    const passing = filtered.filter((_, at) => verdicts[at]);
    return passing.length === 0 ? all : [...all, ...passing];
  }

  #routeOf(selfId: string): Route {
    let route = this.#routes.get(selfId);
    if (route === undefined) {
      const all: string[] = [];
      const filtered: string[] = [];
      const filters: EventFilter[] = [];
      for (const { config, passes } of this.#servers) {
        if (!seesBot(config, selfId)) continue;
        const cursor = cursorName(config, selfId);
        if (passes === undefined) {
          all.push(cursor);
        } else {
          filtered.push(cursor);
          filters.push(passes);
        }
      }
      route = { all, filtered, filters };
      this.#routes.set(selfId, route);
    }
    return route;
  }
}

interface RoutedServer {
  readonly config: ServerConfig;
  /** Absent for a server without a filter. */
  readonly passes?: EventFilter;
}

interface Route {
  /** Cursors of the servers that get all events of the bot. */
  readonly all: readonly string[];
  /** The cursors of the servers with a filter. The filters have the same order. */
  readonly filtered: readonly string[];
  readonly filters: readonly EventFilter[];
}

/** Whether that server gets the events of a bot and may call it. */
export function seesBot(server: ServerConfig, selfId: string): boolean {
  return server.bots === undefined || server.bots.includes(selfId);
}
