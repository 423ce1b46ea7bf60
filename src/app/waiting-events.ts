import type { Config, QueueConfig, ServerConfig } from '../config/types.ts';
import type { CursorMove, EventLog } from '../log/types.ts';
import { cursorName, serverOfCursor } from '../routing/cursor-name.ts';
import { seesBot } from '../routing/router.ts';
import type { Logger } from '../support/logger.ts';

/** A change of `server_list`. */
export interface ServerListChange {
  readonly before: Config | undefined;
  readonly next: Config;
  /** Where the events of a server go: its old name and its new name. */
  readonly moves: ReadonlyMap<string, string>;
  /** Servers of the former config whose workers have ended. */
  readonly stopped: ReadonlySet<string>;
}

/** The result of {@link WaitingEvents.move}. */
export interface MovedEvents {
  /** Whether any event was moved. */
  readonly isAny: boolean;
  undo(): void;
}

/**
 * Decides what happens to waiting events when `server_list` changes. A server that goes on takes its events along to
 * its new name or protocol. The events of a removed server stay, within its limits, in case it comes back.
 */
export class WaitingEvents {
  readonly #log: EventLog;
  readonly #logger: Logger;

  constructor(log: EventLog, logger: Logger) {
    this.#log = log;
    this.#logger = logger;
  }

  /**
   * Moves waiting events and dead letters to the servers that go on. The workers of the stopped servers must have
   * ended.
   *
   * Two cursors may have events for one application: the cursor of its old name, and the cursor of its new name. Their
   * events are merged in order, each event once.
   *
   * @throws Error when a worker still has events in flight. Nothing is moved then.
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

  /** Removes empty cursors that nobody reads. Logs how many events wait at the others. */
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

  /** Removes all waiting events of a forgotten bot, whose cursors nobody reads any more. Returns how many there were. */
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

/**
 * The cursors that a server's waiting events move to. Events that the server may not see stay apart, at a cursor that
 * nobody reads.
 */
function moveOf(cursor: string, server: ServerConfig): CursorMove {
  const cursorFor = (selfId: string) =>
    seesBot(server, selfId) ? cursorName(server, selfId) : `${server.name}/${selfId}`;
  const isOfOneBot = cursor !== serverOfCursor(cursor);
  if (isOfOneBot) return cursorFor(botOf(cursor));
  if (server.protocol === 'http' && server.bots === undefined) return server.name;
  return ({ selfId }) => [cursorFor(selfId)];
}

function isRead(server: ServerConfig, cursor: string): boolean {
  const selfId = botOf(cursor);
  return cursor === cursorName(server, selfId) && (server.protocol === 'http' || seesBot(server, selfId));
}

/** The bot of a cursor. Empty for a cursor of all bots. */
function botOf(cursor: string): string {
  return cursor.slice(serverOfCursor(cursor).length + 1);
}

/** The limits of a cursor. A cursor of a removed server keeps its limits. After a restart it has the defaults. */
export function queueOf(config: Config | undefined, cursor: string, inForce: QueueConfig = DEFAULT_QUEUE): QueueConfig {
  return config?.servers.get(serverOfCursor(cursor))?.queue ?? inForce;
}

const DEFAULT_QUEUE: QueueConfig = { maxAgeMs: 5 * 60_000, maxEvents: 10_000, maxBytes: 64 * 1024 * 1024 };
