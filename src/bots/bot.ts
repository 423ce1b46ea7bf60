import type { CallSession } from '../calls/types.ts';
import { steadyNow } from '../support/clock.ts';
import type { SocketSession } from './socket-session.ts';
import type { AccountFacts, BotStatus, SessionStatus } from './types.ts';

/** One account and its sessions: one WebSocket per role and side that dialled, the place it reports from by HTTP, its HTTP API. */
export class Bot {
  readonly selfId: string;
  /** Takes up what the bot says of its account. */
  readonly account: AccountFacts;
  /** Whether an earlier run has seen it. */
  readonly wasKnown: boolean;
  /** In the order they came. */
  readonly #sessions: SocketSession[] = [];
  #reporter: SessionStatus | undefined;
  #api: ApiSession | undefined;
  /** By post_type. */
  readonly #events = new Map<string, number>();
  #lastEventAt: number | undefined;
  #lastSeenAt: number | undefined;
  #takesCalls: boolean;
  #wasSeen = false;
  #uncalledSince = steadyNow();

  /** @param known What the bridge knows of the bot before it comes. */
  constructor(selfId: string, account: AccountFacts, known: KnownOfBot = UNSEEN) {
    this.selfId = selfId;
    this.account = account;
    this.#takesCalls = known.takesCalls;
    this.#lastSeenAt = known.lastSeenAt;
    this.wasKnown = known.lastSeenAt !== undefined;
  }

  /** Whether the bot has, or had at last, a session that takes calls. False for a bot that only reports by HTTP. */
  get takesCalls(): boolean {
    return this.#takesCalls;
  }

  /**
   * Since when the bot has had no session that takes calls. Only valid while it has none. A moment of `steadyNow()`.
   */
  get uncalledSince(): number {
    return this.#uncalledSince;
  }

  /** The bot was online for the whole waiting time and no session for calls came: it only brings events. */
  takesNoCalls(): void {
    this.#takesCalls = false;
  }

  /** Milliseconds since the epoch. Undefined for a bot that the config names and that has never come. */
  get lastSeenAt(): number | undefined {
    return this.#sessions.length > 0 ? Date.now() : this.#lastSeenAt;
  }

  /** Whether the bot has come in this run. */
  get wasSeen(): boolean {
    return this.#wasSeen;
  }

  get online(): boolean {
    return this.#sessions.length > 0 || this.#reporter !== undefined || this.#api !== undefined;
  }

  /** Whether the bot is online and has never had anything but HTTP reports. */
  get onlyReports(): boolean {
    return !this.#takesCalls && this.#reporter !== undefined && this.#sessions.length === 0;
  }

  /** Whether no event can come twice: it is a single WebSocket that brings them. */
  get hasOneSource(): boolean {
    return this.#reporter === undefined && this.#sessions.length <= 1;
  }

  /** The session of the same role and side. */
  rivalOf(session: SocketSession): SocketSession | undefined {
    return this.#sessions.find(({ role, kind }) => role === session.role && kind === session.kind);
  }

  /** Takes a session in; returns the one of the same role and side that it replaces. */
  attach(session: SocketSession): SocketSession | undefined {
    const replaced = this.rivalOf(session);
    if (replaced !== undefined) this.detach(replaced);
    this.#sessions.push(session);
    if (session.role !== 'Event') this.#takesCalls = true;
    this.#seen();
    return replaced;
  }

  detach(session: SocketSession): void {
    const at = this.#sessions.indexOf(session);
    if (at >= 0) this.#sessions.splice(at, 1);
    if (session.role !== 'Event') this.#uncalledSince = steadyNow();
    this.#seen();
  }

  has(session: SocketSession): boolean {
    return this.#sessions.includes(session);
  }

  /** Where its calls go as long as no WebSocket takes them; undefined: nowhere. */
  setApi(api: ApiSession | undefined): void {
    this.#api = api;
    if (api === undefined) this.#uncalledSince = steadyNow();
    else this.#takesCalls = true;
    this.#seen();
  }

  get api(): ApiSession | undefined {
    return this.#api;
  }

  /** The newest WebSocket that takes calls, a `Universal` or an `API` one, else the HTTP API. */
  callSession(): CallSession | undefined {
    return this.#sessions.findLast((session) => session.takesCalls) ?? this.#api;
  }

  sessions(): readonly SocketSession[] {
    return [...this.#sessions];
  }

  /** Notes that an HTTP report came; true for the first from there. */
  reportedFrom({ remote, userAgent }: { remote: string; userAgent?: string }): boolean {
    const host = remote.slice(0, remote.lastIndexOf(':'));
    this.#seen();
    if (this.#reporter?.remote === host) return false;
    this.#reporter = {
      kind: 'http-report',
      role: 'Event',
      remote: host,
      since: steadyNow(),
      ...(userAgent === undefined ? {} : { userAgent }),
    };
    return true;
  }

  countEvent(postType: string): void {
    const known = POST_TYPES.has(postType) ? postType : 'other';
    this.#events.set(known, (this.#events.get(known) ?? 0) + 1);
    this.#lastSeenAt = Date.now();
    // A heartbeat does not show that anybody talks to the bot.
    if (postType !== 'meta_event') this.#lastEventAt = steadyNow();
  }

  #seen(): void {
    this.#lastSeenAt = Date.now();
    this.#wasSeen = true;
  }

  /** @param heldUntil Until when the bot's events are held back. */
  status(heldUntil?: number): BotStatus {
    const sessions = [...this.#sessions.map((session) => session.status()), this.#reporter, this.#api?.status()];
    return {
      selfId: this.selfId,
      online: this.online,
      takesCalls: this.takesCalls,
      sessions: sessions.filter((session) => session !== undefined),
      events: [...this.#events.values()].reduce((sum, count) => sum + count, 0),
      eventsByType: Object.fromEntries(this.#events),
      ...(this.#lastEventAt === undefined ? {} : { lastEventAt: this.#lastEventAt }),
      ...(this.lastSeenAt === undefined ? {} : { lastSeenAt: this.lastSeenAt }),
      ...(heldUntil === undefined ? {} : { heldUntil }),
    };
  }
}

/** What the bridge knows of a bot before it comes. */
export interface KnownOfBot {
  readonly takesCalls: boolean;
  readonly lastSeenAt?: number;
}

const UNSEEN: KnownOfBot = { takesCalls: false };

/** OneBot 11, `event/README.md`, and `message_sent` of go-cqhttp and NapCat. Peers could send any number of others. */
const POST_TYPES = new Set(['message', 'message_sent', 'notice', 'request', 'meta_event']);

/** The HTTP API of a bot. */
export interface ApiSession extends CallSession {
  status(): SessionStatus;
}
