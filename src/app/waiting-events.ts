import type { ConfigDiff } from '../config/diff.ts';
import type { Config, QueueConfig, ServerConfig } from '../config/types.ts';
import type { EventLog } from '../log/types.ts';
import { cursorName, serverOfCursor } from '../routing/cursor-name.ts';
import type { Logger } from '../support/logger.ts';

/**
 * What becomes of the events that wait when `server_list` changes: a renamed server takes them along; those of one
 * that was removed wait on, within its bounds, for the case that it comes back.
 */
export class WaitingEvents {
  readonly #log: EventLog;
  readonly #logger: Logger;

  constructor(log: EventLog, logger: Logger) {
    this.#log = log;
    this.#logger = logger;
  }

  /** To be called before the new routes are in force. */
  rename(before: Config | undefined, next: Config, { servers }: ConfigDiff): void {
    for (const from of servers.removed) {
      const old = before?.servers.get(from);
      const to = servers.added.find((name) => isSameServer(old, next.servers.get(name)));
      if (to === undefined) continue;
      const cursors = this.#cursorsOf(from);
      const renamed = cursors.filter((cursor) => this.#log.rename(cursor, to + cursor.slice(from.length)));
      for (const cursor of cursors) if (!renamed.includes(cursor)) this.#move(cursor, to + cursor.slice(from.length));
      this.#logger.info('a server is renamed and keeps what waits for it', { from, to });
    }
  }

  /** A server that changed its protocol has other cursors: what waits at the old ones goes to the new. */
  changeProtocol(before: Config | undefined, next: Config, { servers }: ConfigDiff): void {
    for (const name of servers.changed) {
      const [old, now] = [before?.servers.get(name), next.servers.get(name)];
      if (old === undefined || now === undefined) continue;
      const isMoved = (cursor: string) => cursor !== cursorName(now, cursor.slice(name.length + 1));
      for (const cursor of this.#cursorsOf(name).filter(isMoved))
        this.#move(cursor, (selfId) => cursorName(now, selfId));
    }
  }

  /** Forgets empty cursors of servers that are gone, and says what waits for the others. */
  tidy(config: Config): void {
    const waiting = new Map<string, number>();
    for (const name of this.#log.cursorNames()) {
      const server = serverOfCursor(name);
      const configured = config.servers.get(server);
      const isUsed = configured !== undefined && name === cursorName(configured, name.slice(server.length + 1));
      if (isUsed) continue;
      const events = this.#log.cursor(name).waitingEvents;
      if (events === 0) this.#log.remove(name);
      else waiting.set(server, (waiting.get(server) ?? 0) + events);
    }
    for (const [server, events] of waiting) {
      this.#logger.warn('events wait for a server that is gone: they go with it unless it comes back in time', {
        server,
        events,
      });
    }
  }

  /** The bots whose events wait for that server, where each bot has a cursor of its own. */
  botsOf(server: string): readonly string[] {
    const names = this.#cursorsOf(server).filter((name) => this.#log.cursor(name).waitingEvents > 0);
    return names.filter((name) => name !== server).map((name) => name.slice(server.length + 1));
  }

  #move(from: string, to: string | ((selfId: string) => string)): void {
    const cursor = this.#log.cursor(from);
    for (let entry = cursor.take(); entry !== undefined; entry = cursor.take()) {
      const { event } = entry;
      void this.#log.append(event, [typeof to === 'string' ? to : to(event.selfId)]);
      cursor.acknowledge(entry);
    }
    this.#log.remove(from);
  }

  #cursorsOf(server: string): readonly string[] {
    return this.#log.cursorNames().filter((name) => serverOfCursor(name) === server);
  }
}

/** What may wait at a cursor; one of a server that was removed keeps the defaults. */
export function queueOf(config: Config | undefined, cursor: string): QueueConfig {
  return config?.servers.get(serverOfCursor(cursor))?.queue ?? DEFAULT_QUEUE;
}

const DEFAULT_QUEUE: QueueConfig = { maxAgeMs: 5 * 60_000, maxEvents: 10_000, maxBytes: 64 * 1024 * 1024 };

function isSameServer(old: ServerConfig | undefined, now: ServerConfig | undefined): boolean {
  if (old === undefined || now === undefined || old.protocol !== now.protocol) return false;
  if (old.protocol === 'listen' || now.protocol === 'listen') return old.accessToken === now.accessToken;
  return old.url === now.url;
}
