import { steadyNow } from '../support/clock.ts';

export interface ReplyHoldsOptions {
  /** The events of that bot are to be held back from now on, or may go. */
  readonly onHeld: (selfId: string) => void;
  readonly onReleased: (selfId: string) => void;
  /** The time is over and the bot still takes no calls; its events go nevertheless. */
  readonly onExpired: (selfId: string) => void;
}

/**
 * The bots that are being waited for: a server that gets an event answers with a call, and it would fail. So the events of a
 * bot that takes calls are held back while it has no session for them, but only for some time: the bot may be gone for good.
 */
export class ReplyHolds {
  readonly #options: ReplyHoldsOptions;
  readonly #holds = new Map<string, { readonly timer: NodeJS.Timeout; readonly endsAt: number }>();
  #isStopped = false;

  constructor(options: ReplyHoldsOptions) {
    this.#options = options;
  }

  /** Holds for that long, or longer where that has been said before. */
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

  /** When that bot is waited for no longer, milliseconds since the epoch; undefined where it is not waited for. */
  endsAt(selfId: string): number | undefined {
    return this.#holds.get(selfId)?.endsAt;
  }

  /** What is held stays so, and nothing more is: every session goes now, and what they brought is still to be delivered. */
  stop(): void {
    this.#isStopped = true;
    for (const { timer } of this.#holds.values()) clearTimeout(timer);
  }
}
