import { hasMoreFrames, type OneBotAnswer, withCallerEcho } from '../onebot/bot-frame.ts';
import {
  type BridgeRetcode,
  failedAnswer,
  type OneBotCall,
  readCallFrame,
  withBridgeEcho,
} from '../onebot/call-frame.ts';
import type { Logger } from '../support/logger.ts';
import type { BotDirectory, Caller, CallSession } from './types.ts';

/**
 * The desk where calls wait for their answers.
 *
 * Each call goes to its bot once, under an echo of the bridge's own, so that equal echoes of many servers never
 * mix; the caller's echo is kept and restored. Every call is answered exactly once, by the bot or by the bridge
 * (`BridgeRetcode`); only stream actions get several frames. An answer that comes too late goes nowhere.
 *
 * Links in `servers/` place calls, sessions in `bots/` hand in answers and say when they are gone.
 */
export class CallDesk {
  readonly #bots: BotDirectory;
  readonly #logger: Logger;
  /** By the bridge's echo. */
  readonly #pending = new Map<string, PendingCall>();
  readonly #underWay = new Map<Caller, number>();
  /** Differs between runs, so that an answer to the call of an earlier run matches none of this one. */
  readonly #run = Date.now().toString(36);
  #count = 0;

  constructor(bots: BotDirectory, logger: Logger) {
    this.#bots = bots;
    this.#logger = logger;
  }

  /** Takes a frame that a server sent on the link of one bot. */
  place(caller: Caller, selfId: string, text: Buffer): void {
    const frame = readCallFrame(text);
    switch (frame.kind) {
      case 'call':
        this.submit(caller, selfId, frame.call);
        return;
      case 'malformed':
        this.#logger.warn('a call is malformed', { server: caller.server, bot: selfId, reason: frame.reason });
        caller.reply(failedAnswer(1400, `malformed call: ${frame.reason}`, frame.echo));
        return;
      case 'foreign':
        this.#logger.warn('a server sent a frame that is no call', { server: caller.server, reason: frame.reason });
    }
  }

  /** Sends a call to its bot, or answers it at once when that can't be. */
  submit(caller: Caller, selfId: string, call: OneBotCall): void {
    const refuse = (retcode: BridgeRetcode, message: string): void => {
      this.#logger.debug('a call is refused', { server: caller.server, bot: selfId, action: call.action, retcode });
      caller.reply(failedAnswer(retcode, message, call.echo));
    };
    const session = this.#bots.callSession(selfId);
    if (session === undefined) {
      if (this.#bots.knows(selfId)) refuse(1503, `bot ${selfId} has no connection that takes calls`);
      else refuse(1404, `no bot ${selfId} is known here`);
      return;
    }
    const underWay = this.underWay(caller);
    if (underWay >= MAX_UNDER_WAY) {
      refuse(1429, `${underWay} calls of this server are under way already`);
      return;
    }
    this.#count += 1;
    const echo = `qqbridge-${this.#run}-${this.#count}`;
    if (!session.send(withBridgeEcho(call, echo))) {
      refuse(1503, `the connection to bot ${selfId} takes no more`);
      return;
    }
    const timer = this.#deadline(echo, caller);
    // Not the call itself: its frame, images and all, need not stay in memory.
    this.#pending.set(echo, { caller, session, action: call.action, echo: call.echo, timer });
    this.#underWay.set(caller, underWay + 1);
    if (this.#logger.debugEnabled) {
      this.#logger.debug('call', { server: caller.server, bot: selfId, action: call.action, echo });
    }
  }

  /** Takes an answer that came in on a bot's session and hands it to its caller. */
  answer(session: CallSession, answer: OneBotAnswer): void {
    const echo = answer.echo;
    const pending = echo === undefined ? undefined : this.#pending.get(echo);
    if (echo === undefined || pending === undefined || pending.session !== session) {
      this.#logger.debug('an answer that nobody waits for', { bot: session.selfId, echo });
      return;
    }
    if (hasMoreFrames(answer, pending.action)) {
      clearTimeout(pending.timer);
      pending.timer = this.#deadline(echo, pending.caller);
    } else {
      this.#settle(echo, pending);
    }
    pending.caller.reply(withCallerEcho(answer, pending.echo));
  }

  /** A bot's session is gone: what waits for it is answered with 1503. */
  sessionGone(session: CallSession): void {
    for (const [echo, pending] of this.#pending) {
      if (pending.session !== session) continue;
      this.#fail(echo, pending, { retcode: 1503, message: `bot ${session.selfId} went away before it answered` });
    }
  }

  /** A link is gone: nobody waits for its answers any more. */
  callerGone(caller: Caller): void {
    if (!this.#underWay.has(caller)) return;
    for (const [echo, pending] of this.#pending) {
      if (pending.caller === caller) this.#settle(echo, pending);
    }
  }

  /** How many calls of that caller wait for their answer. */
  underWay(caller: Caller): number {
    return this.#underWay.get(caller) ?? 0;
  }

  /** Answers all that still wait, for the end of the process. */
  close(): void {
    for (const [echo, pending] of this.#pending) {
      this.#fail(echo, pending, { retcode: 1503, message: 'the bridge is stopping' });
    }
  }

  #deadline(echo: string, { timeoutMs }: Caller): NodeJS.Timeout {
    return setTimeout(() => this.#timeOut(echo), timeoutMs);
  }

  #timeOut(echo: string): void {
    const pending = this.#pending.get(echo);
    if (pending === undefined) return;
    const seconds = pending.caller.timeoutMs / 1000;
    const { selfId } = pending.session;
    this.#logger.warn('a call timed out', { server: pending.caller.server, bot: selfId, action: pending.action });
    this.#fail(echo, pending, { retcode: 1504, message: `bot ${selfId} did not answer within ${seconds} s` });
  }

  #fail(echo: string, pending: PendingCall, why: { retcode: BridgeRetcode; message: string }): void {
    this.#settle(echo, pending);
    pending.caller.reply(failedAnswer(why.retcode, why.message, pending.echo));
  }

  #settle(echo: string, { caller, timer }: PendingCall): void {
    clearTimeout(timer);
    this.#pending.delete(echo);
    const left = this.underWay(caller) - 1;
    if (left > 0) this.#underWay.set(caller, left);
    else this.#underWay.delete(caller);
  }
}

/** Calls of one link that may wait at once; more are answered 1429. */
const MAX_UNDER_WAY = 4096;

interface PendingCall {
  readonly caller: Caller;
  readonly session: CallSession;
  readonly action: string;
  /** The caller's. */
  readonly echo: Buffer | undefined;
  /** Answers it with 1504. */
  timer: NodeJS.Timeout;
}
