import type { LogEntry } from '../../log/types.ts';

/** How a connection ended that the bridge did not close. */
export interface Loss {
  /** RFC 6455, section 7.4.1. 1006 where the peer sent no close frame. */
  readonly code: number;
  readonly reason: string;
  /** True when the bridge cut the connection because the peer was silent. */
  readonly isSilence: boolean;
}

/**
 * Finds an event that breaks the link each time, so that it does not hold up the events after it.
 *
 * One break proves nothing: applications are restarted and networks fail. Three breaks in a row with the same oldest
 * unconfirmed event make a suspicion. All events that were unconfirmed at the third break are then sent with care: each
 * event alone, over a link that has been up for a while and has answered a ping. An event is only named if such a link
 * breaks with it. Silence is how a network or a machine fails. So silence makes no suspicion, and it names a suspected
 * event only the second time.
 */
export class BreakWatch {
  #oldest: LogEntry | undefined;
  #breaks = 0;
  #silences = 0;
  /** The sequence of the last event that has to be sent with care. */
  #carefulTo: number | undefined;

  /** Whether each event has to be sent alone, over a link that is known to work. */
  get isCareful(): boolean {
    return this.#carefulTo !== undefined;
  }

  /** Say that this event is sent next. Care ends when the last suspected event has been sent before. */
  sends({ sequence }: LogEntry): void {
    if (this.#carefulTo !== undefined && sequence > this.#carefulTo) this.#carefulTo = undefined;
  }

  /**
   * Say that the link broke.
   *
   * @param unconfirmed Events that the peer had not confirmed, in order.
   * @param wasAlone Whether the only such event was sent with care.
   * @returns The event that breaks the link, if it is certain.
   */
  broke(unconfirmed: readonly LogEntry[], { isSilence }: Loss, wasAlone: boolean): LogEntry | undefined {
    const oldest = unconfirmed[0];
    if (oldest === undefined) return undefined;
    if (oldest !== this.#oldest) {
      this.#oldest = oldest;
      this.#breaks = 0;
      this.#silences = 0;
    }
    if (isSilence) this.#silences += 1;
    else this.#breaks += 1;
    if (wasAlone) return isSilence && this.#silences < MIN_SILENCES ? undefined : oldest;
    if (this.#breaks >= MIN_BREAKS) this.#carefulTo = Math.max(this.#carefulTo ?? 0, unconfirmed.at(-1)?.sequence ?? 0);
    return undefined;
  }
}

const MIN_BREAKS = 3;
const MIN_SILENCES = 2;
