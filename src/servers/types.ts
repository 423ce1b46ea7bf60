import type { Caller } from '../calls/types.ts';
import type { ServerConfig } from '../config/types.ts';
import type { OneBotEvent } from '../onebot/bot-frame.ts';
import type { LinkCondition, Standing, Trouble } from '../states/types.ts';
import type { HistogramSnapshot } from '../support/histogram.ts';
import type { Words } from '../support/text.ts';

/** Takes up how the attempts of one link go, and says the state of the link. `states/` implements it. */
export interface LinkFacts {
  /** The server has taken an event. */
  delivered(): void;
  /** The server has answered, but has not taken the event. */
  refused(trouble: Trouble): void;
  /** The server has an event and did not answer in time. */
  unanswered(): void;
  /** How the server answered a lifecycle or heartbeat event. A trouble: it answered, but did not take the event. */
  metaPosted(end: 'taken' | 'unanswered' | Trouble): void;
  /** A connection is open and its handshake is done. */
  connected(): void;
  /** No connection could be made, or one broke. */
  failed(trouble: Trouble): void;
  /** The server answered the handshake with an HTTP status. */
  refusedHandshake(trouble: Trouble): void;
  /** The server has closed the connection. `isTooLarge`: because a frame was larger than it takes. */
  closed(trouble: Trouble, how: { readonly isTooLarge: boolean }): void;
  /** The operator has asked for new connections: earlier facts no longer count. */
  reset(): void;
  standing(seen: LinkSeen): Standing<LinkCondition>;
}

/** What a worker knows of a link at this moment. */
export interface LinkSeen extends Pick<LinkStatus, 'state' | 'since' | 'queuedEvents' | 'oldestAt'> {
  readonly isPaused: boolean;
  /** The events wait for their bot, not for the server. */
  readonly isHeld?: boolean;
  /** The server dials the bridge. */
  readonly listens?: boolean;
}

/** Where the calls of a link go; `calls/` provides it. */
export interface CallTaker {
  /** @param selfId Undefined on a link of no bot, where the call itself says which it is for. */
  place(caller: Caller, selfId: string | undefined, text: Buffer): void;
  callerGone(caller: Caller): void;
  underWay(caller: Caller): number;
}

/** Is told of the POSTs of an event and what was answered to them; `calls/` provides it. */
export interface QuickOperationTaker {
  posting(event: OneBotEvent): void;
  posted(server: ServerConfig, event: OneBotEvent, operation: Buffer | undefined): void;
}

/** The worker of one entry of `server_list`, whatever its protocol. */
export interface ServerWorker {
  /** A bot that this server sees is there. */
  botUp(selfId: string): void;
  botDown(selfId: string): void;
  /** Events of a bot that may be gone wait for this server. */
  eventsWait(selfId: string): void;
  /**
   * Takes up a changed config that does not concern the worker's connections. For bots that the server begins or ceases
   * to see, the fleet calls {@link botUp} and {@link forget}.
   */
  configure(config: ServerConfig): void;
  /** Forgets the size of the largest frame that the server takes. Larger frames are tried again. */
  forgetLimit(): void;
  /** Passes a lifecycle or heartbeat event on, if the link is up; it is never queued. */
  relay(event: OneBotEvent): void;
  /** Drops what connections there are and dials at once. */
  reconnect(): void;
  /** If a link waits for its next try, tries at once. */
  retry(): void;
  /** Removes everything that the worker keeps for a bot that is gone for good, or that the server no longer sees. */
  forget(selfId: string): Promise<void>;
  /** Holds events back, or lets them go again. Calls are not held back. */
  setPaused(paused: boolean): void;
  /** Holds the events of this bot back, or lets them go. A bot without a session can't take replies. */
  setHeld(selfId: string, held: boolean): void;
  /** Whether nothing is under way or waiting that a server which is up could still take. */
  readonly settled: boolean;
  /** Closes every connection and waits for that. */
  stop(): Promise<void>;
  status(): ServerStatus;
}

/** One server as the operator sees it. */
export interface ServerStatus {
  readonly name: string;
  readonly protocol: ServerConfig['protocol'];
  /** Where it is; absent for listen, which dials in. */
  readonly url?: string;
  readonly enabled: boolean;
  /** Events are held back for it; calls are not. */
  readonly paused: boolean;
  /** websocket and listen: one per bot. http: one for the server. Empty while no bot is known. */
  readonly links: readonly LinkStatus[];
  /** listen: its connections on the port. */
  readonly connections?: readonly ConnectionStatus[];
  readonly counts: DeliveryCounts;
  /** For websocket and listen: the server has refused frames of this size and larger. See `delivery/frame-limit.ts`. */
  readonly frameLimitBytes?: number;
}

export interface ConnectionStatus {
  readonly kind: 'forward-ws' | 'sse';
  /** `API`: calls only. `Event`: events only. */
  readonly role: 'Universal' | 'API' | 'Event';
  /** The one bot that it is bound to; absent: all of the server's. */
  readonly selfId?: string;
  /** `address:port` of the peer. */
  readonly remote: string;
  readonly userAgent?: string;
  /** Milliseconds of `steadyNow()`. */
  readonly since: number;
}

export interface LinkStatus {
  /** The bot of a WebSocket link or listen server. */
  readonly selfId?: string;
  readonly state: LinkState;
  /** When the state began, milliseconds of `steadyNow()`. */
  readonly since: number;
  /** The state of the server on this link. */
  readonly standing: Standing<LinkCondition>;
  /** Events that wait for it. */
  readonly queuedEvents: number;
  readonly queuedBytes: number;
  /** How many of them wait for their bot, so that the bot can take the replies. Absent when none does. */
  readonly heldEvents?: number;
  /** When the oldest of them came, milliseconds of `steadyNow()`. */
  readonly oldestAt?: number;
  /** http: POSTs under way. websocket: calls under way. */
  readonly inFlight: number;
  /** The last failure in words, while the link is not up. */
  readonly lastError?: Words;
  /** When the next try is due, milliseconds of `steadyNow()`, in state `waiting`. */
  readonly nextTryAt?: number;
}

/** `idle`: http and nothing tried yet, or listen and nobody is connected that hears the bot. `waiting`: backing off after a failure. `closing`: close sent, awaited. */
export type LinkState = 'idle' | 'connecting' | 'up' | 'waiting' | 'closing' | 'stopped';

/** Counted since the start of the daemon, or since the config last changed in a way that made the connections anew. */
export interface DeliveryCounts {
  readonly delivered: number;
  readonly retried: number;
  /** http: had the event and did not answer in time; it is not asked again. */
  readonly unanswered: number;
  readonly dropped: {
    readonly tooOld: number;
    readonly overflow: number;
    readonly unreadable: number;
    /** Refused by the server: a dead letter. */
    readonly dead: number;
  };
  /** All calls: on the server's links, and by HTTP where the token or the path names the server. */
  readonly calls: number;
  /** From an event's coming in to its delivery. */
  readonly seconds: HistogramSnapshot;
}
