import type { LinkStatus } from '../../servers/types.ts';
import type { BridgeStatus, OperatedBridge, ServerReport } from '../types.ts';

/** A picture of more helps nobody; `/api/status` has them all. */
const MAX_BOTS = 200;
const MAX_SERVERS = 200;
/** Links of all servers together. Each server gets an equal share. */
const MAX_LINKS = 1_000;
const MIN_LINKS = 5;
const MAX_CONNECTIONS = 50;

/** One server as the dashboard shows it. Its links in trouble come first. */
export interface LiveServer extends ServerReport {
  /** Events that wait on all links of the server. */
  readonly waitingEvents: number;
  /** How many links of the server are not shown. */
  readonly hiddenLinks: number;
}

/** What the dashboard is told each second. */
export interface LiveStatus extends BridgeStatus {
  readonly servers: readonly LiveServer[];
  /** Milliseconds since the epoch, by the clock of the daemon. */
  readonly now: number;
  readonly debug: boolean;
  /** How many there are, by server. */
  readonly deadLetters: Readonly<Record<string, number>>;
  /** How many are not shown. */
  readonly leftOut: { readonly bots: number; readonly servers: number };
}

/** Counting thousands of letters takes longer than all the rest. */
const LETTERS_MS = 3_000;

/** Makes the snapshots of one bridge. */
export class LiveStatuses {
  readonly #bridge: OperatedBridge;
  #deadLetters: Readonly<Record<string, number>> = {};
  #lettersAt = Number.NEGATIVE_INFINITY;

  constructor(bridge: OperatedBridge) {
    this.#bridge = bridge;
  }

  async take(now: number): Promise<LiveStatus> {
    const status = await this.#bridge.statusInTurns();
    const bots = status.bots.toSorted((one, other) => Number(other.online) - Number(one.online)).slice(0, MAX_BOTS);
    const shown = status.servers.slice(0, MAX_SERVERS);
    const maxLinks = Math.max(MIN_LINKS, Math.floor(MAX_LINKS / shown.length));
    const servers = shown.map((server) => bounded(server, maxLinks));
    return {
      ...status,
      bots,
      servers,
      now,
      debug: this.#bridge.debugEnabled(),
      deadLetters: this.#letters(now),
      leftOut: { bots: status.bots.length - bots.length, servers: status.servers.length - servers.length },
    };
  }

  #letters(now: number): Readonly<Record<string, number>> {
    if (Math.abs(now - this.#lettersAt) < LETTERS_MS) return this.#deadLetters;
    const counts = new Map<string, number>();
    for (const { server } of this.#bridge.deadLetters()) counts.set(server, (counts.get(server) ?? 0) + 1);
    this.#deadLetters = Object.fromEntries(counts);
    this.#lettersAt = now;
    return this.#deadLetters;
  }
}

function bounded(server: ServerReport, maxLinks: number): LiveServer {
  const { links, connections } = server;
  const shown = links.length <= maxLinks ? links : links.toSorted((one, other) => trouble(other) - trouble(one));
  return {
    ...server,
    waitingEvents: links.reduce((sum, { queuedEvents }) => sum + queuedEvents, 0),
    links: shown.slice(0, maxLinks),
    hiddenLinks: Math.max(0, links.length - maxLinks),
    ...(connections === undefined ? {} : { connections: connections.slice(0, MAX_CONNECTIONS) }),
  };
}

function trouble({ standing: { state }, queuedEvents }: LinkStatus): number {
  return (state === 'up' ? 0 : 1_000_000) + Math.min(queuedEvents, 999_999);
}
