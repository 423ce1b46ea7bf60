import type { AccountFacts } from '../bots/types.ts';
import { text } from '../support/text.ts';
import { causeOf } from './peer-words.ts';
import type { MachineOptions, Standing, Trouble } from './types.ts';

/**
 * Whether the account of a bot is known to be offline although the bot's program is connected. It is from a heartbeat that
 * says so or a `bot_offline` notice on, until a heartbeat says `online: true`, a message comes, or the program connects anew.
 */
export class AccountMachine implements AccountFacts {
  readonly #now: MachineOptions['now'];
  readonly #mask: MachineOptions['mask'];
  #offline: Standing<'account_offline'> | undefined;

  constructor({ now, mask }: MachineOptions) {
    this.#now = now;
    this.#mask = mask;
  }

  get isOffline(): boolean {
    return this.#offline !== undefined;
  }

  /** How it is while it is offline. */
  get standing(): Standing<'account_offline'> | undefined {
    return this.#offline;
  }

  saidOnline(): void {
    this.#offline = undefined;
  }

  saidOffline({ by, said }: { readonly by: 'heartbeat' | 'notice'; readonly said?: string }): void {
    // The notice says more than the heartbeats that follow it.
    if (this.#offline !== undefined && by === 'heartbeat') return;
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
}

const LOG_IN = text`log the account in again in the program of the bot (NapCat, LLOneBot: its web page)`;
