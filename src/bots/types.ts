import type { CallSession } from '../calls/types.ts';
import type { OneBotAnswer, OneBotEvent } from '../onebot/bot-frame.ts';

/** Takes events in; `app/` provides it. */
export interface EventIntake {
  /** Settles when the event is as safe as the log makes it; rejects when it can't be kept. */
  accept(event: OneBotEvent): Promise<void>;
  /**
   * The same for an event that came by HTTP report: settles with the quick operation for the answer to it, if a
   * server gave one in time.
   */
  acceptReport(event: OneBotEvent): Promise<Buffer | undefined>;
}

/** Is told which bots are there; `servers/` provides it. */
export interface PresenceListener {
  /** The bot has a session again, or has reported for the first time. */
  botUp(selfId: string): void;
  /** Its last session is gone. */
  botDown(selfId: string): void;
}

/** Takes what bots answer to calls; `calls/` provides it. */
export interface AnswerTaker {
  answer(session: CallSession, answer: OneBotAnswer): void;
  sessionGone(session: CallSession): void;
}

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
