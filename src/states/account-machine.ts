import type { AccountFacts, SaidOffline, SessionStatus } from '../bots/types.ts';
import { text } from '../support/text.ts';
import { causeOf } from './peer-words.ts';
import type { MachineOptions, Standing, Trouble } from './types.ts';

/**
 * Whether the account of a bot is known to be offline while the bot's program is connected. The account is offline from
 * the moment when a heartbeat says so or a `bot_offline` notice comes. It is online again when a heartbeat says
 * `online: true`, a message comes, or the program connects anew.
 *
 * Two programs may serve one account. While the heartbeats of one say that the account is online, the heartbeats of the
 * other can't make it offline.
 */
export class AccountMachine implements AccountFacts {
  readonly #now: MachineOptions['now'];
  readonly #mask: MachineOptions['mask'];
  #offline: Standing<'account_offline'> | undefined;
  /** The last heartbeat that said `online: true`. */
  #online: { readonly source: SessionStatus['kind']; readonly at: number } | undefined;

  constructor({ now, mask }: MachineOptions) {
    this.#now = now;
    this.#mask = mask;
  }

  get isOffline(): boolean {
    return this.#offline !== undefined;
  }

  /** The state while the account is offline. Undefined otherwise. */
  get standing(): Standing<'account_offline'> | undefined {
    return this.#offline;
  }

  saidOnline(by?: SessionStatus['kind']): void {
    this.#offline = undefined;
    if (by !== undefined) this.#online = { source: by, at: this.#now() };
  }

  saidOffline(how: SaidOffline): void {
    // The notice says more than the heartbeats after it, so its words stay.
    if (how.by === 'heartbeat' && (this.#offline !== undefined || this.#isOnlineElsewhere(how.source))) return;
    const { by, said } = { said: undefined, ...how };
    const words =
      by === 'heartbeat' ? text`its heartbeat says that the account is offline` : text`the account went offline`;
    const trouble: Trouble = { words, said, cure: LOG_IN };
    this.#offline = {
      state: 'account_offline',
      since: this.#offline?.since ?? this.#now(),
      cause: causeOf(trouble, this.#mask),
      cure: LOG_IN,
    };
  }

  #isOnlineElsewhere(source: SessionStatus['kind']): boolean {
    const online = this.#online;
    return online !== undefined && online.source !== source && this.#now() - online.at < HEARD_MS;
  }
}

/** A heartbeat counts for this time. Programs send one every 5 to 60 s. */
const HEARD_MS = 90_000;

const LOG_IN = text`log the account in again in the program of the bot (NapCat, LLOneBot: its web page)`;
