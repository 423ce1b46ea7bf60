import { randomBytes } from 'node:crypto';
import { hasMoreFrames, type OneBotAnswer } from '../onebot/bot-frame.ts';
import { type OneBotCall, withBridgeEcho } from '../onebot/call-frame.ts';
import type { Logger } from '../support/logger.ts';
import { Shares } from './coalesce.ts';
import type { PendingCall } from './pending-call.ts';
import type { Caller, CallSession } from './types.ts';

/** A call as a bot gets it. */
export interface SealedCall {
  /** The bridge's own. */
  readonly echo: string;
  readonly frame: Buffer;
}

/** What a bot has been asked and has not answered yet, and whose calls that is to answer. */
interface UpstreamCall {
  readonly echo: string;
  readonly session: CallSession;
  readonly action: string;
  readonly shareKey: string | undefined;
  /** More than one where equal calls share it. */
  readonly waiting: Set<PendingCall>;
}

/**
 * The calls that bots are to answer, each under an echo of the bridge's own, so that equal echoes of many servers never
 * mix. Nothing is sent twice; an answer that comes too late, or from another session, goes nowhere.
 */
export class UpstreamCalls {
  readonly #logger: Logger;
  readonly #byEcho = new Map<string, UpstreamCall>();
  readonly #shares = new Shares<UpstreamCall>();
  /** Differs between runs, so that an answer to the call of an earlier run matches none of this one. */
  readonly #run = randomBytes(6).toString('base64url');
  #count = 0;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  seal(call: OneBotCall): SealedCall {
    this.#count += 1;
    const echo = `qqbridge-${this.#run}-${this.#count}`;
    return { echo, frame: withBridgeEcho(call, echo) };
  }

  /** Lets a call have the answer to an equal one that is under way. False when there is none. */
  join(session: CallSession, shareKey: string, pending: PendingCall): boolean {
    const upstream = this.#shares.find(session, shareKey);
    if (upstream === undefined) return false;
    this.#await(upstream, pending);
    return true;
  }

  /** Sends a call and waits for its answer. `shareKey`: later calls with the same may {@link join} it. */
  send(session: CallSession, { echo, frame }: SealedCall, { pending, shareKey }: SendOptions): void {
    if (shareKey === undefined) this.#shares.close(session);
    if (!session.send(frame)) {
      pending.fail(1503, `the connection to bot ${session.selfId} takes no more`);
      return;
    }
    const upstream: UpstreamCall = { echo, session, action: pending.action, shareKey, waiting: new Set() };
    this.#byEcho.set(echo, upstream);
    if (shareKey !== undefined) this.#shares.open(session, shareKey, upstream);
    this.#await(upstream, pending);
  }

  /** Hands an answer that came in on a bot's session to those who wait for it. */
  answer(session: CallSession, answer: OneBotAnswer): void {
    const upstream = answer.echo === undefined ? undefined : this.#byEcho.get(answer.echo);
    if (upstream === undefined || upstream.session !== session) {
      this.#logger.debug('an answer that nobody waits for', { bot: session.selfId, echo: answer.echo });
      return;
    }
    const goesOn = hasMoreFrames(answer, upstream.action);
    // A later comer would miss the frames that have come.
    if (goesOn) this.#closeShare(upstream);
    else this.#forget(upstream);
    for (const pending of upstream.waiting) {
      if (goesOn) this.#startTimer(upstream, pending, pending.caller.timeoutMs);
      if (goesOn) pending.pass(answer);
      else pending.settle(answer);
    }
  }

  sessionGone(session: CallSession): void {
    for (const upstream of this.#byEcho.values()) {
      if (upstream.session === session) this.#fail(upstream, `bot ${session.selfId} went away before it answered`);
    }
  }

  callerGone(caller: Caller): void {
    for (const upstream of this.#byEcho.values()) {
      for (const pending of upstream.waiting) {
        if (pending.caller !== caller) continue;
        pending.drop();
        this.#leave(upstream, pending);
      }
    }
  }

  close(): void {
    for (const upstream of this.#byEcho.values()) this.#fail(upstream, 'the bridge is stopping');
  }

  #await(upstream: UpstreamCall, pending: PendingCall): void {
    upstream.waiting.add(pending);
    this.#startTimer(upstream, pending, Math.max(1, Math.ceil(pending.leftMs)));
  }

  #startTimer(upstream: UpstreamCall, pending: PendingCall, waitMs: number): void {
    pending.expireIn(waitMs, () => this.#timeOut(upstream, pending));
  }

  #timeOut(upstream: UpstreamCall, pending: PendingCall): void {
    const { caller, selfId, action } = pending;
    this.#logger.warn('a call timed out', { server: caller.server, bot: selfId, action });
    // The bot may have lost it: nobody else should wait for that answer.
    this.#closeShare(upstream);
    this.#leave(upstream, pending);
    pending.fail(1504, `bot ${selfId} did not answer within ${caller.timeoutMs / 1000} s`);
  }

  #fail(upstream: UpstreamCall, message: string): void {
    this.#forget(upstream);
    for (const pending of upstream.waiting) pending.fail(1503, message);
  }

  #leave(upstream: UpstreamCall, pending: PendingCall): void {
    upstream.waiting.delete(pending);
    if (upstream.waiting.size > 0) return;
    this.#forget(upstream);
    upstream.session.abandon?.(upstream.echo);
  }

  #forget(upstream: UpstreamCall): void {
    this.#byEcho.delete(upstream.echo);
    this.#closeShare(upstream);
  }

  #closeShare(upstream: UpstreamCall): void {
    if (upstream.shareKey !== undefined) this.#shares.end(upstream.session, upstream.shareKey, upstream);
  }
}

interface SendOptions {
  readonly pending: PendingCall;
  readonly shareKey: string | undefined;
}
