/** One bot as the operator sees it. */
export interface BotStatus {
  /** Decimal text, or the account id of another platform. */
  readonly selfId: string;
  /** Whether a session of it is up (WebSocket), or it has reported by HTTP. */
  readonly online: boolean;
  readonly sessions: readonly SessionStatus[];
  /** Events taken in since the start. */
  readonly events: number;
  /** Milliseconds since the epoch; absent before the first event. */
  readonly lastEventAt?: number;
}

export interface SessionStatus {
  readonly kind: 'reverse-ws' | 'http-report';
  /** `Universal`, `API` or `Event`; HTTP reporters are `Event`. */
  readonly role: 'Universal' | 'API' | 'Event';
  /** `address:port` of the peer. */
  readonly remote: string;
  readonly userAgent?: string;
  /** Milliseconds since the epoch. */
  readonly since: number;
}
