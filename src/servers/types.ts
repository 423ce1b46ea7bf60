/** One server as the operator sees it. */
export interface ServerStatus {
  readonly name: string;
  readonly protocol: 'websocket' | 'http';
  readonly url: string;
  readonly enabled: boolean;
  /** websocket: one per bot. http: one for the server. Empty while no bot is known. */
  readonly links: readonly LinkStatus[];
  readonly counts: DeliveryCounts;
}

export interface LinkStatus {
  /** The bot of a WebSocket link. */
  readonly selfId?: string;
  readonly state: LinkState;
  /** When it came into that state, milliseconds since the epoch. */
  readonly since: number;
  /** Events that wait for it. */
  readonly queuedEvents: number;
  readonly queuedBytes: number;
  /** http: POSTs under way. websocket: calls under way. */
  readonly inFlight: number;
  /** The last failure in words, while the link is not up. */
  readonly lastError?: string;
  /** When the next try is due, milliseconds since the epoch, in state `waiting`. */
  readonly nextTryAt?: number;
}

/** `idle`: http and nothing tried yet. `waiting`: backing off after a failure. `closing`: close sent, awaited. */
export type LinkState = 'idle' | 'connecting' | 'up' | 'waiting' | 'closing' | 'stopped';

/** Since the start of the daemon or the last change of the server's config. */
export interface DeliveryCounts {
  readonly delivered: number;
  readonly retried: number;
  readonly dropped: number;
  readonly calls: number;
}
