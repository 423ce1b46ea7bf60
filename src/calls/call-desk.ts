import type { CallsConfig } from '../config/types.ts';
import { readActionName } from '../onebot/action-name.ts';
import type { OneBotAnswer } from '../onebot/bot-frame.ts';
import { type BridgeRetcode, failedAnswer, type OneBotCall, readCallFrame } from '../onebot/call-frame.ts';
import { doubtfulMember } from '../onebot/doubtful-member.ts';
import { sendTarget } from '../onebot/send-target.ts';
import { steadyNow } from '../support/clock.ts';
import { Deadlines } from '../support/deadlines.ts';
import type { Logger } from '../support/logger.ts';
import { chooseBot } from './bot-choice.ts';
import { CallStats, outcomeOf } from './call-stats.ts';
import { shareKey } from './coalesce.ts';
import { cutFrame } from './cut-frame.ts';
import { type HeldCall, HeldCalls } from './held-calls.ts';
import { type CallEnd, PendingCall } from './pending-call.ts';
import { ActionPolicy } from './policy.ts';
import { type LimitedSend, RateLimiter } from './rate-limit.ts';
import type { BotDirectory, Caller, CallSession, CallStatus, CallWatcher } from './types.ts';
import { type SealedCall, UpstreamCalls } from './upstream-calls.ts';

/**
 * The desk where calls wait for their answers.
 *
 * The desk checks a call in this order: the bots and actions that its caller may use (1403); whether the bot is known
 * (1404, 1503); the caller's limit of unanswered calls and the rate limit (1429). A call for a bot without a session
 * waits for one (`call_hold`; 1503 when the time is over). A call may share an equal call that is under way. Otherwise the
 * desk sends it to the bot, once. Every call is answered exactly once, by the bot or by the bridge (`BridgeRetcode`);
 * only stream actions get several frames. {@link PendingCall} holds to that.
 *
 * Links in `servers/` place calls. Sessions in `bots/` hand in answers and say when they are gone.
 */
export class CallDesk {
  readonly #bots: BotDirectory;
  readonly #logger: Logger;
  readonly #upstream: UpstreamCalls;
  readonly #limiter: RateLimiter;
  readonly #deadlines: Deadlines;
  /** Those whose turn to be sent has not come. */
  readonly #inLine = new Map<PendingCall, LimitedSend>();
  /** Calls whose bot has no session at the moment. */
  readonly #held = new HeldCalls();
  readonly #underWay = new Map<Caller, number>();
  /** Of the calls that are under way. */
  #echoBytes = 0;
  readonly #stats = new CallStats();
  #config: CallsConfig = { coalesce: true, holdMs: 0 };
  #isClosed = false;
  #watcher: CallWatcher | undefined;

  /** @param now Milliseconds of a clock that never jumps, for the rate limit and the deadlines of calls. */
  constructor(bots: BotDirectory, logger: Logger, now: () => number = steadyNow) {
    this.#bots = bots;
    this.#logger = logger;
    this.#upstream = new UpstreamCalls(logger);
    this.#limiter = new RateLimiter(now);
    this.#deadlines = new Deadlines(now);
  }

  /** Takes up changed settings; a changed rate begins with full buckets. */
  configure(config: CallsConfig): void {
    this.#config = config;
    this.#limiter.configure(config.rateLimit);
  }

  /** Tells `watcher` of each call that ends; without one, calls cost no more than a comparison. */
  watch(watcher: CallWatcher | undefined): void {
    this.#watcher = watcher;
  }

  /**
   * Takes a frame that a server sent.
   *
   * @param selfId The bot that the link belongs to; undefined on one of no bot, where the call itself says which.
   */
  place(caller: Caller, selfId: string | undefined, text: Buffer): void {
    const frame = readCallFrame(text);
    switch (frame.kind) {
      case 'call':
        this.submit(caller, selfId, frame.call);
        return;
      case 'malformed':
        this.#logger.warn('a call is malformed', { server: caller.server, bot: selfId, reason: frame.reason });
        this.#refused(caller, { retcode: 1400, reason: frame.reason, request: text });
        caller.reply(failedAnswer(1400, `malformed call: ${frame.reason}`, frame.echo), '');
        return;
      case 'foreign':
        this.#logger.warn('a server sent a frame that is no call', { server: caller.server, reason: frame.reason });
    }
  }

  /** Sends a call to that bot, else the one that it names, or answers it at once when that can't be. */
  submit(caller: Caller, selfId: string | undefined, call: OneBotCall): void {
    if (selfId !== undefined) {
      this.#submit(caller, selfId, call);
      return;
    }
    const choice = chooseBot(call, caller, this.#bots);
    if (choice.kind === 'bot') {
      this.#submit(caller, choice.selfId, call);
    } else {
      const { retcode, message: reason } = choice;
      this.#refused(caller, { retcode, reason, action: call.action, request: call.frame.bytes });
      caller.reply(failedAnswer(choice.retcode, choice.message, call.echo), call.action);
    }
  }

  #submit(caller: Caller, selfId: string, call: OneBotCall): void {
    const refusal = this.#refusal(caller, selfId, call);
    this.#underWay.set(caller, this.underWay(caller) + 1);
    const pending = new PendingCall({
      caller,
      selfId,
      call,
      deadlines: this.#deadlines,
      isWatched: this.#watcher !== undefined,
      onEnd: this.#onEnd,
    });
    this.#echoBytes += pending.echoBytes;
    if (refusal !== undefined) pending.fail(...refusal);
    else if (this.#config.rateLimit === undefined) this.#send(pending, call);
    else this.#sendLimited(pending, call);
  }

  /** Takes an answer that came in on a bot's session and hands it to its caller. */
  answer(session: CallSession, answer: OneBotAnswer): void {
    this.#upstream.answer(session, answer);
  }

  /** A bot has a session that takes calls again. The calls that waited for it are sent. */
  sessionUp(selfId: string): void {
    for (const { pending, sealed, shareKey } of this.#held.of(selfId)) {
      const session = this.#bots.callSession(selfId);
      if (session === undefined) return;
      this.#held.remove(pending);
      if (shareKey === undefined || !this.#upstream.join(session, shareKey, pending)) {
        this.#upstream.send(session, sealed, { pending, shareKey });
      }
    }
  }

  /**
   * A bot's session is gone. Calls that it was sent and has not answered are answered with 1503, since the bot may have
   * carried them out. Calls that were not sent yet wait for the bot's next session, if `call_hold` allows it.
   */
  sessionGone(session: CallSession): void {
    this.#upstream.sessionGone(session);
    const { selfId } = session;
    if (this.#bots.callSession(selfId) !== undefined || this.#mayHold(selfId)) return;
    this.#failInLine((pending) => pending.selfId === selfId, `bot ${selfId} went away before the call could be sent`);
  }

  /** A link is gone: nobody waits for its answers any more. */
  callerGone(caller: Caller): void {
    if (!this.#underWay.has(caller)) return;
    this.#upstream.callerGone(caller);
    for (const pending of [...this.#inLine.keys(), ...this.#held.pending()]) {
      if (pending.caller === caller) pending.drop();
    }
  }

  /** How many calls of that caller wait for their answer. */
  underWay(caller: Caller): number {
    return this.#underWay.get(caller) ?? 0;
  }

  /** What has become of the calls so far, by server. */
  statuses(): readonly CallStatus[] {
    return this.#stats.statuses();
  }

  /** Answers all that still wait, for the end of the process. */
  close(): void {
    this.#isClosed = true;
    this.#failInLine(() => true, 'the bridge is stopping');
    for (const pending of this.#held.pending()) pending.fail(1503, 'the bridge is stopping');
    this.#upstream.close();
  }

  /** Counts a call that never became one under way. */
  #refused({ server }: Caller, { retcode, reason, action = '', request }: RefusedCall): void {
    this.#stats.count(server, retcode);
    this.#watcher?.ended({
      server,
      action,
      outcome: outcomeOf(retcode),
      retcode: String(retcode),
      reason,
      ms: 0,
      request: cutFrame(request),
    });
  }

  /** Why a call can't be passed on at all. */
  #refusal(caller: Caller, selfId: string, call: OneBotCall): [BridgeRetcode, string] | undefined {
    const hasPolicy = caller.bots !== undefined || caller.actions !== undefined || this.#config.rateLimit !== undefined;
    const doubtful = hasPolicy ? doubtfulMember(call) : undefined;
    if (doubtful !== undefined) return [1400, `${doubtful} stands in it twice, in another casing or with escapes`];
    if (caller.bots?.includes(selfId) === false) return [1403, `bot ${selfId} is none of this server's`];
    const denial = caller.actions && ActionPolicy.of(caller.actions).denial(call);
    if (denial !== undefined) return [1403, denial];
    if (this.#bots.callSession(selfId) === undefined && !this.#mayHold(selfId)) return this.#absence(selfId);
    const underWay = this.underWay(caller);
    if (underWay >= MAX_UNDER_WAY) return [1429, `${underWay} calls of this server are under way already`];
    const echoBytes = call.echo?.length ?? 0;
    const isRoom = echoBytes <= SMALL_ECHO_BYTES || this.#echoBytes + echoBytes <= MAX_ECHO_BYTES;
    return isRoom ? undefined : [1429, 'the echoes of the calls under way take too much memory already'];
  }

  #absence(selfId: string): [BridgeRetcode, string] {
    return this.#bots.knows(selfId)
      ? [1503, `bot ${selfId} has no connection that takes calls`]
      : [1404, `no bot ${selfId} is known here`];
  }

  #send(pending: PendingCall, call: OneBotCall): void {
    const session = this.#bots.callSession(pending.selfId);
    const key = this.#config.coalesce ? shareKey(call) : undefined;
    if (session === undefined) this.#hold({ pending, sealed: this.#upstream.seal(call), shareKey: key });
    else if (key === undefined || !this.#upstream.join(session, key, pending)) {
      this.#upstream.send(session, this.#upstream.seal(call), { pending, shareKey: key });
    }
  }

  #sendLimited(pending: PendingCall, call: OneBotCall): void {
    const { selfId, caller } = pending;
    const target = sendTarget(call, readActionName(call.action));
    if (target === undefined) {
      this.#send(pending, call);
      return;
    }
    const waitMs = Math.min(this.#config.rateLimit?.waitMs ?? 0, caller.timeoutMs);
    pending.expireIn(waitMs, () => pending.fail(1429, `the rate limit let nothing more be sent within ${waitMs} ms`));
    const sealed = this.#upstream.seal(call);
    const send = {
      selfId,
      target,
      server: caller.server,
      bytes: sealed.frame.length,
      go: () => this.#sendSealed(pending, sealed),
    };
    this.#inLine.set(pending, send);
    if (!this.#limiter.submit(send)) pending.fail(1429, 'too much waits for the rate limit already');
  }

  #sendSealed(pending: PendingCall, sealed: SealedCall): void {
    this.#inLine.delete(pending);
    const session = this.#bots.callSession(pending.selfId);
    if (session === undefined) this.#hold({ pending, sealed, shareKey: undefined });
    else this.#upstream.send(session, sealed, { pending, shareKey: undefined });
  }

  /** Whether a call may wait for its bot, which has no session. */
  #mayHold(selfId: string): boolean {
    return this.#config.holdMs > 0 && !this.#isClosed && this.#bots.maySoonTakeCalls(selfId);
  }

  #hold(call: HeldCall): void {
    const { pending } = call;
    const { selfId } = pending;
    if (!this.#mayHold(selfId)) {
      pending.fail(...this.#absence(selfId));
    } else if (!this.#held.add(call)) {
      pending.fail(1503, `bot ${selfId} has no connection that takes calls, and too many calls wait for bots already`);
    } else {
      const waitMs = Math.max(1, Math.min(this.#config.holdMs, Math.ceil(pending.leftMs)));
      pending.expireIn(waitMs, () => {
        pending.fail(1503, `bot ${selfId} has no connection that takes calls, and none came within ${waitMs} ms`);
      });
    }
  }

  #failInLine(isMeant: (pending: PendingCall) => boolean, message: string): void {
    for (const pending of [...this.#inLine.keys()]) {
      if (isMeant(pending)) pending.fail(1503, message);
    }
  }

  readonly #onEnd = (pending: PendingCall, end: CallEnd, reason?: string): void => {
    const { caller, selfId, action, startedAt, request } = pending;
    this.#echoBytes -= pending.echoBytes;
    const left = this.underWay(caller) - 1;
    if (left > 0) this.#underWay.set(caller, left);
    else this.#underWay.delete(caller);
    this.#held.remove(pending);
    const inLine = this.#inLine.get(pending);
    if (inLine !== undefined) {
      this.#inLine.delete(pending);
      this.#limiter.remove(inLine);
    }
    const ms = performance.now() - startedAt;
    this.#stats.count(caller.server, end, ms / 1000);
    const isWatched = this.#watcher !== undefined && request !== undefined;
    if (!isWatched && !this.#logger.debugEnabled) return;
    const retcode = typeof end === 'object' ? end.frame.numeral('retcode') : end;
    this.#logger.debug('a call ended', { server: caller.server, bot: selfId, action, retcode, ms: Math.round(ms) });
    if (!isWatched) return;
    this.#watcher?.ended({
      server: caller.server,
      selfId,
      action,
      outcome: outcomeOf(end),
      ms,
      request,
      ...(retcode === undefined || end === 'caller gone' ? {} : { retcode: String(retcode) }),
      ...(reason === undefined ? {} : { reason }),
      ...(typeof end === 'object' ? { answer: cutFrame(end.frame.bytes) } : {}),
    });
  };
}

interface RefusedCall {
  readonly retcode: BridgeRetcode;
  readonly reason: string;
  readonly action?: string;
  readonly request: Buffer;
}

/** Calls of one link that may wait at once; more are answered 1429. */
const MAX_UNDER_WAY = 4096;

/** Echoes of all calls under way. */
const MAX_ECHO_BYTES = 64 * 1024 * 1024;

/** Those of every SDK; they are taken whatever large ones of others there are. */
const SMALL_ECHO_BYTES = 1024;
