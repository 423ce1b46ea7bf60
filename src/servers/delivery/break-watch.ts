import type { LogEntry } from '../../log/types.ts';

/** How a connection ended, otherwise than by the will of the bridge. */
export interface Loss {
  /** RFC 6455, section 7.4.1; 1006 where the peer sent no close frame. */
  readonly code: number;
  readonly reason: string;
  /** The bridge has cut it, since the peer was silent. */
  readonly isSilence: boolean;
}

/**
 * Finds the event with which a link breaks each time, so that it does not hold up what follows it.
 *
 * A break alone proves nothing: applications are restarted and networks fail. Three in a row with the same oldest unconfirmed
 * event make a suspicion, and what was unconfirmed at the third is then sent with care: each event alone, over a link that
 * has been up for a while and has answered a ping. Only an event with which such a link breaks is named. Silence, which is how a
 * network or a machine fails, makes no suspicion, and names a suspect the second time only.
 */
export class BreakWatch {
  #oldest: LogEntry | undefined;
  #breaks = 0;
  #silences = 0;
  /** The last event that is to be sent with care. */
  #carefulTo: number | undefined;

  /** Whether each event has to be sent alone, over a link that is proven sound. */
  get isCareful(): boolean {
    return this.#carefulTo !== undefined;
  }

  /** That event is sent next: care ends behind the last one that is suspect. */
  sends({ sequence }: LogEntry): void {
    if (this.#carefulTo !== undefined && sequence > this.#carefulTo) this.#carefulTo = undefined;
  }

  /**
   * The link broke.
   *
   * @param unconfirmed What it had not confirmed, in order.
   * @param wasAlone Whether that is one event, sent with care.
   * @returns The event with which it breaks, where that is certain.
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
