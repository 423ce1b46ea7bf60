import type { CallSession } from '../calls/types.ts';
import type { OneBotAnswer, OneBotEvent } from '../onebot/bot-frame.ts';
import type { BotState, Standing, Trouble } from '../states/types.ts';
import type { DialStatus } from '../support/dialler.ts';
import type { Words } from '../support/text.ts';

/** Takes up what a bot says of its account. `states/` implements it. */
export interface AccountFacts {
  /** True while the account is known to be offline. The next event may show that it is online again. */
  readonly isOffline: boolean;
  /** @param by The source whose heartbeat says that the account is online. Absent where something else shows it. */
  saidOnline(by?: SessionStatus['kind']): void;
  saidOffline(how: SaidOffline): void;
}

/** How the bridge learned that the account is offline. */
export type SaidOffline =
  | { readonly by: 'heartbeat'; readonly source: SessionStatus['kind'] }
  /** `said`: the words of the notice. */
  | { readonly by: 'notice'; readonly said: string };

/** Takes up how the dialling of one entry of `bots` goes. `states/` implements it. */
export interface DialFacts {
  connected(): void;
  /** The HTTP API has answered a call in OneBot's form. */
  answered(): void;
  /** The bot refuses the token, or it has another account. */
  refused(trouble: Trouble): void;
  /** No connection could be made. */
  failed(trouble: Trouble): void;
  /** The bot has closed the connection. */
  closed(trouble: Trouble): void;
  standing(seen: DialSeen): Standing<BotState>;
}

export interface DialSeen {
  readonly isUp: boolean;
}

/** Makes the objects that take up the facts of a bot. */
export interface BotFacts {
  readonly account: (selfId: string) => AccountFacts;
  readonly dial: () => DialFacts;
}

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
  /** The account came from a wrong header, and no such bot exists. */
  neverWas(selfId: string): void;
  /** The bot has no session for calls, so replies to its events would fail: hold its events back. */
  hold(selfId: string): void;
  /** The bot's events may be delivered again. */
  release(selfId: string): void;
}

/** Takes what bots answer to calls; `calls/` provides it. */
export interface AnswerTaker {
  answer(session: CallSession, answer: OneBotAnswer): void;
  /** The bot had no session for calls and has one now. */
  sessionUp(selfId: string): void;
  sessionGone(session: CallSession): void;
}

/** One bot as the operator sees it. */
export interface BotStatus {
  /** Decimal text, or the account id of another platform. */
  readonly selfId: string;
  /** Whether a session of it is up (WebSocket), or it has reported by HTTP. */
  readonly online: boolean;
  /** Whether the bot has, or had at last, a session that takes calls. False for a bot that only reports by HTTP. */
  readonly takesCalls: boolean;
  /** Empty for a known bot that is away. */
  readonly sessions: readonly SessionStatus[];
  /** Events taken in since the start. */
  readonly events: number;
  /** The same by `post_type`; unknown ones are `other`. */
  readonly eventsByType: Readonly<Record<string, number>>;
  /**
   * When the last event came, heartbeats and lifecycle events not counted. Milliseconds of `steadyNow()`. Absent before
   * the first.
   */
  readonly lastEventAt?: number;
  /**
   * When the bot was last seen, in this run or an earlier one. Milliseconds since the epoch. Absent for a bot that has
   * never come.
   */
  readonly lastSeenAt?: number;
  /**
   * Until when the bot's events are held back at most, milliseconds since the epoch. They go earlier if the bot takes
   * calls. Absent where they are not held back.
   */
  readonly heldUntil?: number;
}

export interface SessionStatus {
  readonly kind: 'reverse-ws' | 'forward-ws' | 'http-report' | 'http-api';
  /** `Universal`, `API` or `Event`; HTTP reporters are `Event`, HTTP APIs are `API`. */
  readonly role: 'Universal' | 'API' | 'Event';
  /** `address:port` of the peer. */
  readonly remote: string;
  readonly userAgent?: string;
  /** Milliseconds of `steadyNow()`. */
  readonly since: number;
}

/** One entry of `bots` as the operator sees it. */
export interface DialledBotStatus {
  /** Its name in the file. */
  readonly name: string;
  /** How the bridge reaches the bot. */
  readonly kind: 'forward-ws' | 'http-api';
  /** The state of this link. */
  readonly standing: Standing<BotState>;
  /** Where it is, without the query. */
  readonly url: string;
  /** Absent until it is known. */
  readonly selfId?: string;
  /** `asking`: an HTTP API that has not said yet which account it is. */
  readonly state: DialStatus['state'] | 'asking';
  /** Milliseconds of `steadyNow()`. */
  readonly since: number;
  /** The last failure in words, while it is not up. */
  readonly lastError?: Words;
  /** When the next try is due, milliseconds of `steadyNow()`. */
  readonly nextTryAt?: number;
}
