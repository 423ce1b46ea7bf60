import type { Config, QueueConfig, ServerConfig } from '../config/types.ts';
import type { CursorMove, EventLog } from '../log/types.ts';
import { cursorName, serverOfCursor } from '../routing/cursor-name.ts';
import { seesBot } from '../routing/router.ts';
import type { Logger } from '../support/logger.ts';

/** A change of `server_list`. */
export interface ServerListChange {
  readonly before: Config | undefined;
  readonly next: Config;
  /** Which server goes on for which: old names and new ones. */
  readonly moves: ReadonlyMap<string, string>;
  /** Of the config before, whose workers have ended. */
  readonly stopped: ReadonlySet<string>;
}

/** What was moved in the log. */
export interface MovedEvents {
  /** Whether anything was. */
  readonly isAny: boolean;
  undo(): void;
}

/**
 * What becomes of the events that wait when `server_list` changes: each server takes its own along to its new name or
 * protocol; those of one that was removed wait on, within its bounds, for the case that it comes back.
 */
export class WaitingEvents {
  readonly #log: EventLog;
  readonly #logger: Logger;

  constructor(log: EventLog, logger: Logger) {
    this.#log = log;
    this.#logger = logger;
  }

  /**
   * Gives what waits, and the dead letters, to the servers that go on, once the workers of the others have ended.
   *
   * An event that waits under a name and one that waits for the application which has that name from now on are both for
   * it: they are put in order, each once.
   *
   * @throws Error when a worker still has events in flight; nothing is moved then.
   */
  move(change: ServerListChange): MovedEvents {
    const { moves } = change;
    const cursorMoves = this.#cursorMoves(change);
    const undoCursors = cursorMoves.size === 0 ? undefined : this.#log.regroup(cursorMoves);
    const renamed = [...moves].filter(([from, to]) => from !== to);
    const undoLetters =
      renamed.length === 0 ? undefined : this.#log.deadLetters.regroup(({ server }) => moves.get(server) ?? server);
    for (const [from, to] of renamed) {
      this.#logger.info('a server is renamed and keeps what waits for it', { from, to });
    }
    return {
      isAny: undoCursors !== undefined || undoLetters !== undefined,
      undo: () => {
        undoLetters?.();
        undoCursors?.();
      },
    };
  }

  /** Forgets empty cursors that nobody reads, and says what waits at the others. */
  tidy(config: Config): void {
    const gone = new Map<string, number>();
    const unseen = new Map<string, number>();
    for (const name of this.#log.cursorNames()) {
      const server = config.servers.get(serverOfCursor(name));
      if (server !== undefined && isRead(server, name)) continue;
      const events = this.#log.cursor(name).waitingEvents;
      const counts = server === undefined ? gone : unseen;
      if (events === 0) this.#log.remove(name);
      else counts.set(serverOfCursor(name), (counts.get(serverOfCursor(name)) ?? 0) + events);
    }
    for (const [server, events] of gone) {
      this.#logger.warn('events wait for a server that is gone: they go with it unless it comes back in time', {
        server,
        events,
      });
    }
    for (const [server, events] of unseen) {
      this.#logger.warn('events wait of bots that their server sees no more: they go unless it sees them in time', {
        server,
        events,
      });
    }
  }

  /** The bots whose events wait for that server, where each bot has a cursor of its own. */
  botsOf(server: string): readonly string[] {
    const names = this.#log.cursorNames().filter((name) => serverOfCursor(name) === server && name !== server);
    return names.filter((name) => this.#log.cursor(name).waitingEvents > 0).map(botOf);
  }

  /** Forgets what waits of that bot, whose cursors nobody reads any more; returns how many events that were. */
  forgetBot(selfId: string): number {
    let events = 0;
    for (const name of this.#log.cursorNames()) {
      if (botOf(name) === selfId) events += this.#log.remove(name);
      else if (botOf(name) === '') events += this.#log.cursor(name).drop(selfId);
    }
    return events;
  }

  #cursorMoves({ before, next, moves, stopped }: ServerListChange): ReadonlyMap<string, CursorMove> {
    const result = new Map<string, CursorMove>();
    for (const name of this.#log.cursorNames()) {
      const from = serverOfCursor(name);
      const isFree = stopped.has(from) || before?.servers.has(from) !== true;
      const server = next.servers.get(moves.get(from) ?? from);
      if (!isFree || server === undefined) continue;
      const move = moveOf(name, server);
      if (move !== name) result.set(name, move);
    }
    return result;
  }
}

/** Where what waits at a cursor has to be for that server. What it may not see is kept apart, at a cursor that nobody reads. */
function moveOf(cursor: string, server: ServerConfig): CursorMove {
  const placeOf = (selfId: string) =>
    seesBot(server, selfId) ? cursorName(server, selfId) : `${server.name}/${selfId}`;
  const isOfOneBot = cursor !== serverOfCursor(cursor);
  if (isOfOneBot) return placeOf(botOf(cursor));
  if (server.protocol === 'http' && server.bots === undefined) return server.name;
  return ({ selfId }) => [placeOf(selfId)];
}

function isRead(server: ServerConfig, cursor: string): boolean {
  const selfId = botOf(cursor);
  return cursor === cursorName(server, selfId) && (server.protocol === 'http' || seesBot(server, selfId));
}

/** Empty for a cursor of all bots. */
function botOf(cursor: string): string {
  return cursor.slice(serverOfCursor(cursor).length + 1);
}

/** What may wait at a cursor. One of a server that was removed keeps its bounds, which after a restart are the defaults. */
export function queueOf(config: Config | undefined, cursor: string, inForce: QueueConfig = DEFAULT_QUEUE): QueueConfig {
  return config?.servers.get(serverOfCursor(cursor))?.queue ?? inForce;
}

const DEFAULT_QUEUE: QueueConfig = { maxAgeMs: 5 * 60_000, maxEvents: 10_000, maxBytes: 64 * 1024 * 1024 };
