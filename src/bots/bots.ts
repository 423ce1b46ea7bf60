import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import type { BotDirectory, CallSession } from '../calls/types.ts';
import type { BotsConfig } from '../config/types.ts';
import { type EventFrame, type OneBotAnswer, readBotFrame } from '../onebot/bot-frame.ts';
import { eventName } from '../onebot/event-name.ts';
import type { BotGate, BotPeer, Report, ReportReply } from '../port/types.ts';
import { steadyNow } from '../support/clock.ts';
import { compact } from '../support/compact.ts';
import type { Logger } from '../support/logger.ts';
import { mayTellOfAccount, tellOfAccount } from './account-news.ts';
import type { ApiSession, Bot } from './bot.ts';
import { BotRegistry, type ForgetRefusal } from './bot-registry.ts';
import type { DialledBotOwner } from './dialled-bot.ts';
import { DialledBots } from './dialled-bots.ts';
import { type KnownBotsFile, MAX_BOTS } from './known-bots-file.ts';
import { type EventSource, RecentEvents } from './recent-events.ts';
import { ReplyHolds } from './reply-holds.ts';
import { type SessionOwner, type SessionPeer, SocketSession } from './socket-session.ts';
import type {
  AnswerTaker,
  BotFacts,
  BotStatus,
  DialledBotStatus,
  EventIntake,
  PresenceListener,
  SessionStatus,
} from './types.ts';
import { isApiLinkOf, WrongHeaders } from './wrong-headers.ts';

/**
 * All bots: who is known, who is online, by which sessions.
 *
 * The port hands in reports and connections, events go on to the {@link EventIntake}, answers to the
 * {@link AnswerTaker}; `calls/` looks up here where a call goes. A newer session of the same bot and role replaces
 * the older one. What is known of a bot stays after it left, so that a call to it is told 1503 and not 1404.
 */
export class Bots implements BotGate, BotDirectory, SessionOwner, DialledBotOwner {
  readonly #intake: EventIntake;
  readonly #presence: PresenceListener;
  readonly #answers: AnswerTaker;
  readonly #logger: Logger;
  readonly #bots: BotRegistry;
  /** Absent: what comes again is taken again. */
  #recent: RecentEvents | undefined;
  readonly #dialled: DialledBots;
  #stopped: Promise<void> | undefined;
  readonly #wrongHeaders: WrongHeaders;
  readonly #holds: ReplyHolds;
  readonly #holdMs: number;
  /** Sessions that have not named their bot yet. */
  readonly #unnamed = new Set<SocketSession>();

  constructor({ intake, presence, answers, facts, userAgent, known, config, logger, holdMs = HOLD_MS }: BotsOptions) {
    this.#bots = new BotRegistry({ file: known, config, account: facts.account });
    this.#intake = intake;
    this.#presence = presence;
    this.#answers = answers;
    this.#logger = logger;
    this.#wrongHeaders = new WrongHeaders(logger);
    this.#dialled = new DialledBots({ owner: this, facts, userAgent, logger });
    this.#holdMs = holdMs;
    this.#holds = new ReplyHolds({
      onHeld: (selfId) => presence.hold(selfId),
      onReleased: (selfId) => presence.release(selfId),
      onExpired: (selfId) => this.#onHoldExpired(selfId),
    });
    for (const bot of this.#bots.all()) this.#holdIfCalled(bot);
  }

  /** Takes up changed settings; a bot whose entry is the same keeps its links. Settles when those of others are closed. */
  async configure(config: BotsConfig): Promise<void> {
    if (!config.dedupe) this.#recent = undefined;
    else this.#recent ??= new RecentEvents();
    for (const bot of this.#bots.configure(config)) this.#holdIfCalled(bot);
    await this.#dialled.configure(config);
  }

  /** If a dialled bot waits for its next try, tries at once. */
  retry(): void {
    this.#dialled.retry();
  }

  callSession(selfId: string): CallSession | undefined {
    return this.#bots.get(selfId)?.callSession();
  }

  knows(selfId: string): boolean {
    return this.#bots.get(selfId) !== undefined;
  }

  maySoonTakeCalls(selfId: string): boolean {
    const bot = this.#bots.get(selfId);
    // An HTTP API that has not named its account yet may belong to this bot.
    return bot !== undefined && (!bot.onlyReports || this.#dialled.isAnyAsking);
  }

  statuses(): readonly BotStatus[] {
    return this.#bots.all().map((bot) => bot.status(this.#holds.endsAt(bot.selfId)));
  }

  dialledStatuses(): readonly DialledBotStatus[] {
    return this.#dialled.statuses();
  }

  /** The ids of the bots that are online. */
  online(): readonly string[] {
    return this.#bots
      .all()
      .filter((bot) => bot.online)
      .map((bot) => bot.selfId);
  }

  seen(): readonly string[] {
    return this.#bots
      .all()
      .filter((bot) => bot.wasSeen)
      .map(({ selfId }) => selfId);
  }

  known(): readonly string[] {
    return this.#bots.all().map(({ selfId }) => selfId);
  }

  /** Why the bot can't be forgotten. Undefined where it can. */
  refusalToForget(selfId: string): ForgetRefusal | undefined {
    return this.#bots.refusalToForget(selfId);
  }

  /** Forgets a bot that is gone for good. */
  async forget(selfId: string): Promise<void> {
    this.#bots.forget(selfId);
    this.#holds.release(selfId);
    await this.#bots.flush();
  }

  async report({ peer, body, answer }: Report): Promise<ReportReply> {
    const frame = readBotFrame(compact(body), peer.selfId);
    if (frame.kind === 'unsound') return frame;
    if (frame.kind === 'answer') return { kind: 'unsound', reason: 'an answer to a call, not a report' };
    const { event } = frame;
    if (peer.selfId !== undefined) this.#wrongHeaders.note(peer.remote, peer.selfId, event.selfId);
    const bot = this.#bots.obtain(event.selfId);
    if (bot === undefined) return { kind: 'unavailable', reason: TOO_MANY_BOTS };
    const wasOnline = bot.online;
    const isNew = bot.lastSeenAt === undefined;
    if (bot.reportedFrom(peer)) {
      this.#bots.changed(isNew);
      this.#logger.info('a bot reports by HTTP', { bot: bot.selfId, remote: peer.remote, agent: peer.userAgent });
    }
    if (!wasOnline) this.#presence.botUp(bot.selfId);
    this.#count(bot, frame, 'http-report');
    try {
      const operation = await this.#takeOnce(frame, { session: bot, answer });
      return operation === undefined ? { kind: 'taken' } : { kind: 'taken', operation };
    } catch (error) {
      this.#logger.error('a report could not be kept; the bot is told so', { bot: bot.selfId, error });
      return { kind: 'unavailable', reason: 'the event log takes nothing now' };
    }
  }

  refusal({ selfId }: BotPeer): string | undefined {
    if (selfId !== undefined) return this.#bots.obtain(selfId) === undefined ? TOO_MANY_BOTS : undefined;
    return this.#unnamed.size < MAX_UNNAMED ? undefined : 'too many bots connect without X-Self-ID';
  }

  connected(socket: WebSocket, peer: BotPeer | SessionPeer, transport: Socket): void {
    const known = 'kind' in peer ? peer : this.#wrongHeaders.resolve(peer, this.#bots);
    const session = new SocketSession(socket, known, { owner: this, transport, logger: this.#logger });
    if (known.selfId === undefined) this.#unnamed.add(session);
    else this.#attach(session, known.selfId, peer.userAgent);
  }

  apiUp(api: ApiSession): void {
    const bot = this.#bots.obtain(api.selfId);
    if (bot === undefined) {
      this.#logger.error('the HTTP API of a bot is not used', { bot: api.selfId, reason: TOO_MANY_BOTS });
      return;
    }
    const wasOnline = bot.online;
    const couldBeCalled = bot.callSession() !== undefined;
    this.#changing(bot, () => bot.setApi(api));
    this.#logger.info('calls of a bot may go to its HTTP API', { bot: api.selfId, remote: api.status().remote });
    if (!wasOnline) this.#presence.botUp(api.selfId);
    this.#sessionCame(bot, couldBeCalled);
  }

  apiDown(api: ApiSession): void {
    const bot = this.#bots.get(api.selfId);
    if (bot?.api !== api) return;
    bot.setApi(undefined);
    this.#answers.sessionGone(api);
    this.#sessionWent(bot);
    if (!bot.online) this.#presence.botDown(api.selfId);
  }

  identified(session: SocketSession, selfId: string): string | undefined {
    this.#unnamed.delete(session);
    return this.#attach(session, selfId, session.status().userAgent);
  }

  renamed(session: SocketSession, selfId: string): string | undefined {
    const before = this.#bots.get(session.selfId);
    this.#wrongHeaders.note(session.remote, session.header ?? session.selfId, selfId);
    // The API connection of the same program is renamed too: it brings no events that could name the account.
    const moved = [session, ...(before?.sessions().filter((other) => isApiLinkOf(other, session)) ?? [])];
    let refusal: string | undefined;
    for (const each of moved) {
      before?.detach(each);
      each.rename(selfId);
      refusal ??= this.#attach(each, selfId, each.status().userAgent);
    }
    if (before !== undefined && !before.online) this.#letGo(before);
    return refusal;
  }

  /**
   * The last session of an account is gone. If the account has never sent anything, it was no bot at all, and the
   * bridge forgets it.
   */
  #letGo(bot: Bot): void {
    this.#presence.botDown(bot.selfId);
    const isBot = bot.status().events > 0 || bot.wasKnown || this.#bots.refusalToForget(bot.selfId) !== undefined;
    if (isBot) return;
    this.#bots.forget(bot.selfId);
    this.#presence.neverWas(bot.selfId);
  }

  event(session: SocketSession, frame: EventFrame): void {
    const { event } = frame;
    const bot = this.#bots.get(event.selfId);
    if (bot !== undefined) this.#count(bot, frame, session.kind);
    const taken = bot?.hasOneSource === false ? this.#takeOnce(frame, { session }) : this.#intake.accept(event);
    taken.catch((error: unknown) => {
      this.#logger.error('an event is lost: the log does not take it', { bot: event.selfId, error });
    });
  }

  answer(session: CallSession, answer: OneBotAnswer): void {
    this.#answers.answer(session, answer);
  }

  closed(session: SocketSession): void {
    this.#unnamed.delete(session);
    this.#answers.sessionGone(session);
    const bot = this.#bots.get(session.selfId);
    if (bot?.has(session) !== true) return;
    bot.detach(session);
    this.#bots.changed(false);
    if (session.role !== 'Event') this.#sessionWent(bot);
    this.#logger.info('a bot disconnected', { bot: bot.selfId, role: session.role, remote: session.remote });
    if (!bot.online) this.#presence.botDown(bot.selfId);
  }

  /** Closes every session; settles when those that the bridge dialled are closed. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    this.#holds.stop();
    const stopped = this.#dialled.stop();
    const sessions = this.#bots.all().flatMap((bot) => bot.sessions());
    for (const session of [...sessions, ...this.#unnamed]) session.close(1001, 'the bridge is stopping');
    await Promise.all([stopped, this.#bots.close()]);
  }

  /** Runs a change of a bot. If the change affects what is kept over a restart, it is written to disk soon. */
  #changing<T>(bot: Bot, change: () => T): T {
    const { takesCalls, lastSeenAt } = bot;
    const result = change();
    this.#bots.changed(lastSeenAt === undefined || takesCalls !== bot.takesCalls);
    return result;
  }

  /** The bot has got one more session. */
  #sessionCame({ selfId }: Bot, couldBeCalled: boolean): void {
    if (this.callSession(selfId) === undefined) {
      // A bot with two sockets opens the one for calls next.
      this.#holds.hold(selfId, Math.min(PAIRING_MS, this.#holdMs));
    } else if (!couldBeCalled) {
      this.#answers.sessionUp(selfId);
      this.#holds.release(selfId);
    }
  }

  /** The bot has lost a session for calls. */
  #sessionWent(bot: Bot): void {
    if (bot.callSession() === undefined) this.#holds.hold(bot.selfId, this.#holdMs);
  }

  /** At the start of the bridge the bot has not come yet, but it may come soon. */
  #holdIfCalled(bot: Bot): void {
    if (bot.takesCalls) this.#holds.hold(bot.selfId, this.#holdMs);
  }

  #onHoldExpired(selfId: string): void {
    const bot = this.#bots.get(selfId);
    // The short wait for the second of two sockets proves nothing, so only the full waiting time counts. 0.9, since
    // timers may fire a little early.
    const waitedMs = bot === undefined ? 0 : steadyNow() - bot.uncalledSince;
    if (bot?.online !== true || waitedMs < 0.9 * this.#holdMs) return;
    this.#changing(bot, () => bot.takesNoCalls());
  }

  #count(bot: Bot, frame: EventFrame, source: SessionStatus['kind']): void {
    bot.countEvent(frame.event.postType);
    if (mayTellOfAccount(frame.event, bot.account)) tellOfAccount(frame, bot.account, source);
  }

  /** Takes an event in. If the same event came before, waits for its outcome instead. */
  async #takeOnce(frame: EventFrame, source: EventSource): Promise<Buffer | undefined> {
    const { event } = frame;
    const take = () =>
      source.answer ? this.#intake.acceptReport(event) : this.#intake.accept(event).then(noOperation);
    if (this.#recent === undefined || event.kind !== 'report') return await take();
    const { isNew, known } = this.#recent.arrive(frame, source, steadyNow());
    if (!isNew) {
      if (this.#logger.debugEnabled) {
        const what = { bot: event.selfId, event: eventName(event.bytes) };
        this.#logger.debug('an event came again and is taken once', what);
      }
      try {
        const operation = await known.outcome;
        return known.source.answer?.state === 'lost' ? operation : undefined;
      } catch {
        // The first was not kept, and whoever sent it was told so: now this one is the first.
      }
    }
    known.outcome = take();
    try {
      return await known.outcome;
    } catch (error) {
      this.#recent.forget(frame, known);
      throw error;
    }
  }

  #attach(session: SocketSession, selfId: string, userAgent: string | undefined): string | undefined {
    const bot = this.#bots.obtain(selfId);
    if (bot === undefined) return TOO_MANY_BOTS;
    // The bridge dials it twice: each would end the other for ever.
    const isSecondDial = session.kind === 'forward-ws' && bot.rivalOf(session)?.isOpen === true;
    if (isSecondDial) return `bot ${selfId} is dialled by another entry of bots already`;
    const wasOnline = bot.online;
    const couldBeCalled = bot.callSession() !== undefined;
    // A program that connects anew reports by itself when its account is offline.
    if (!wasOnline) bot.account.saidOnline();
    const replaced = this.#changing(bot, () => bot.attach(session));
    this.#logger.info('a bot connected', { bot: selfId, role: session.role, remote: session.remote, agent: userAgent });
    if (replaced !== undefined) {
      this.#logger.warn('a newer session of the same bot and role replaces an older one', {
        bot: selfId,
        role: session.role,
        older: replaced.remote,
        newer: session.remote,
      });
      this.#answers.sessionGone(replaced);
      replaced.close(1000, 'replaced by a newer session of the same self_id and role');
    }
    if (!wasOnline) this.#presence.botUp(selfId);
    this.#sessionCame(bot, couldBeCalled);
    return undefined;
  }
}

function noOperation(): undefined {
  return undefined;
}

export interface BotsOptions {
  readonly intake: EventIntake;
  readonly presence: PresenceListener;
  readonly answers: AnswerTaker;
  readonly facts: BotFacts;
  /** `QQBridge/1.0.0`, shown to bots that the bridge dials. */
  readonly userAgent: string;
  readonly known: KnownBotsFile;
  readonly config: BotsConfig;
  readonly logger: Logger;
  /** How long the events of a bot that has no session for calls are held back. Default 30 s. */
  readonly holdMs?: number;
}

const HOLD_MS = 30_000;

/** A bot with two sockets opens the one for calls within this time after the one for events. */
const PAIRING_MS = 3_000;

const MAX_UNNAMED = 256;
const TOO_MANY_BOTS = `more than ${MAX_BOTS} bots are online`;
