import { steadyNow } from '../support/clock.ts';

export interface ReplyHoldsOptions {
  /** From now on hold back the events of this bot. */
  readonly onHeld: (selfId: string) => void;
  readonly onReleased: (selfId: string) => void;
  /** The time is over and the bot still takes no calls. Its events are delivered nevertheless. */
  readonly onExpired: (selfId: string) => void;
}

/**
 * Decides when the events of a bot are held back. A server often answers an event with a call, and without a session
 * for calls the call would fail. So the bridge holds the events back until the bot has a session for calls. It waits
 * only for some time, since the bot may never come back.
 */
export class ReplyHolds {
  readonly #options: ReplyHoldsOptions;
  readonly #holds = new Map<string, { readonly timer: NodeJS.Timeout; readonly endsAt: number }>();
  #isStopped = false;

  constructor(options: ReplyHoldsOptions) {
    this.#options = options;
  }

  /** Holds the bot's events for this time. A longer hold that is there already stays. */
  hold(selfId: string, forMs: number): void {
    const endsAt = steadyNow() + forMs;
    const known = this.#holds.get(selfId);
    if (this.#isStopped || (known !== undefined && known.endsAt >= endsAt)) return;
    clearTimeout(known?.timer);
    const timer = setTimeout(() => {
      this.#options.onExpired(selfId);
      this.release(selfId);
    }, forMs).unref();
    this.#holds.set(selfId, { timer, endsAt });
    if (known === undefined) this.#options.onHeld(selfId);
  }

  /** The bot takes calls again, or is forgotten. */
  release(selfId: string): void {
    const hold = this.#holds.get(selfId);
    if (hold === undefined) return;
    clearTimeout(hold.timer);
    this.#holds.delete(selfId);
    this.#options.onReleased(selfId);
  }

  /** When the hold of the bot ends, milliseconds since the epoch. Undefined where there is none. */
  endsAt(selfId: string): number | undefined {
    return this.#holds.get(selfId)?.endsAt;
  }

  /**
   * The bridge stops. No hold begins or ends any more, although all sessions close now: their last events still have to
   * be delivered.
   */
  stop(): void {
    this.#isStopped = true;
    for (const { timer } of this.#holds.values()) clearTimeout(timer);
  }
}
