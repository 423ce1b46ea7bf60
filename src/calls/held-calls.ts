import type { PendingCall } from './pending-call.ts';
import type { SealedCall } from './upstream-calls.ts';

/** A call that waits until its bot has a session that takes calls. */
export interface HeldCall {
  readonly pending: PendingCall;
  readonly sealed: SealedCall;
  /** The key of equal calls: one that is under way with this key can be shared. */
  readonly shareKey: string | undefined;
}

/**
 * `call_hold`: the calls that wait for their bots, in the order they came. The caller of `add` decides how long the
 * call waits.
 */
export class HeldCalls {
  readonly #calls = new Map<PendingCall, HeldCall>();
  #bytes = 0;

  /** False when too many calls or bytes wait already. */
  add(call: HeldCall): boolean {
    const { length } = call.sealed.frame;
    if (this.#calls.size >= MAX_CALLS || this.#bytes + length > MAX_BYTES) return false;
    this.#calls.set(call.pending, call);
    this.#bytes += length;
    return true;
  }

  /** Removes a call that has ended or has been sent. */
  remove(pending: PendingCall): void {
    const call = this.#calls.get(pending);
    if (call === undefined) return;
    this.#calls.delete(pending);
    this.#bytes -= call.sealed.frame.length;
  }

  /** The calls that wait for the bot, oldest first. */
  of(selfId: string): readonly HeldCall[] {
    return [...this.#calls.values()].filter(({ pending }) => pending.selfId === selfId);
  }

  pending(): readonly PendingCall[] {
    return [...this.#calls.keys()];
  }
}

/** Calls of all bots. Further calls are answered with 1503 at once. */
const MAX_CALLS = 4096;
const MAX_BYTES = 64 * 1024 * 1024;
