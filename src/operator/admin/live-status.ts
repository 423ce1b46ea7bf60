import type { LinkStatus } from '../../servers/types.ts';
import type { BridgeStatus, OperatedBridge, ServerReport } from '../types.ts';

/** A picture of more helps nobody; `/api/status` has them all. */
const MAX_BOTS = 200;
const MAX_SERVERS = 200;
const MAX_LINKS = 50;

/** What the dashboard is told each second. */
export interface LiveStatus extends BridgeStatus {
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

  take(now: number): LiveStatus {
    const status = this.#bridge.status();
    const bots = status.bots.toSorted((one, other) => Number(other.online) - Number(one.online)).slice(0, MAX_BOTS);
    const servers = status.servers.slice(0, MAX_SERVERS).map(bounded);
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

/** The links in trouble come first. */
function bounded(server: ServerReport): ServerReport {
  const { links, connections } = server;
  if (links.length <= MAX_LINKS && (connections?.length ?? 0) <= MAX_LINKS) return server;
  return {
    ...server,
    links: links.toSorted((one, other) => trouble(other) - trouble(one)).slice(0, MAX_LINKS),
    ...(connections === undefined ? {} : { connections: connections.slice(0, MAX_LINKS) }),
  };
}

function trouble({ standing: { state }, queuedEvents }: LinkStatus): number {
  return (state === 'up' ? 0 : 1_000_000) + Math.min(queuedEvents, 999_999);
}
