import { type OneBotAnswer, withCallerEcho } from '../onebot/bot-frame.ts';
import { type BridgeRetcode, failedAnswer, type OneBotCall } from '../onebot/call-frame.ts';
import type { Deadline, Deadlines } from '../support/deadlines.ts';
import { cutFrame } from './cut-frame.ts';
import type { Caller, CutFrame } from './types.ts';

/** How a call ended: the bot's answer, a failure, or nobody there any more to be answered. */
export type CallEnd = OneBotAnswer | BridgeRetcode | 'caller gone';

export interface PendingCallOptions {
  readonly caller: Caller;
  readonly selfId: string;
  readonly call: OneBotCall;
  readonly deadlines: Deadlines;
  /** Somebody follows the calls: its frame is kept for them. Default false. */
  readonly isWatched?: boolean;
  /** @param reason Why it failed, where the bridge says so. */
  readonly onEnd: (pending: PendingCall, end: CallEnd, reason?: string) => void;
}

/** One call of one caller until its end, of which there is exactly one. */
export class PendingCall {
  readonly caller: Caller;
  readonly selfId: string;
  readonly action: string;
  /** Milliseconds of `performance.now()`. */
  readonly startedAt = performance.now();
  /** Kept while somebody follows the calls. */
  readonly request: CutFrame | undefined;
  /** The caller's. */
  readonly #echo: Buffer | undefined;
  readonly #onEnd: PendingCallOptions['onEnd'];
  readonly #deadlines: Deadlines;
  #deadline: Deadline | undefined;
  #isOver = false;

  // Not the call itself is kept: its frame, images and all, need not stay in memory.
  constructor({ caller, selfId, call, deadlines, isWatched = false, onEnd }: PendingCallOptions) {
    this.caller = caller;
    this.selfId = selfId;
    this.action = call.action;
    this.request = isWatched ? cutFrame(call.frame.bytes) : undefined;
    this.#echo = call.echo;
    this.#deadlines = deadlines;
    this.#onEnd = onEnd;
  }

  /** What the caller's echo takes of the memory until the end. */
  get echoBytes(): number {
    return this.#echo?.length ?? 0;
  }

  /** Milliseconds until the caller's time limit ends. */
  get leftMs(): number {
    return this.caller.timeoutMs - (performance.now() - this.startedAt);
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Calls back after that time unless the call is over by then. Stands in the place of an earlier such wait. */
  expireIn(waitMs: number, expire: () => void): void {
    this.#deadline?.cancel();
    if (!this.#isOver) this.#deadline = this.#deadlines.start(waitMs, expire);
  }

  /** Passes on one frame of several. */
  pass(answer: OneBotAnswer): void {
    if (!this.#isOver) this.caller.reply(withCallerEcho(answer, this.#echo), this.action);
  }

  /** Passes on the answer, or the last frame of it. */
  settle(answer: OneBotAnswer): void {
    if (this.#end(answer)) this.caller.reply(withCallerEcho(answer, this.#echo), this.action);
  }

  /** Answers in the bot's place. */
  fail(retcode: BridgeRetcode, message: string): void {
    if (this.#end(retcode, message)) this.caller.reply(failedAnswer(retcode, message, this.#echo), this.action);
  }

  /** Nobody waits for the answer any more. */
  drop(): void {
    this.#end('caller gone');
  }

  #end(end: CallEnd, reason?: string): boolean {
    if (this.#isOver) return false;
    this.#isOver = true;
    this.#deadline?.cancel();
    this.#onEnd(this, end, reason);
    return true;
  }
}
