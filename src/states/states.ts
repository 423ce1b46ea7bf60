import type { BotStatus, DialledBotStatus } from '../bots/types.ts';
import type { ServerStatus } from '../servers/types.ts';
import { AccountMachine } from './account-machine.ts';
import { judgeBot } from './bot-standing.ts';
import { DialMachine } from './dial-machine.ts';
import { LinkMachine } from './link-machine.ts';
import { judgeServer } from './server-standing.ts';
import type { BotState, MachineOptions, ServerStanding, ServerState, Standing } from './types.ts';

/**
 * The states of all bots and servers: gives out the machines that workers and sessions tell their facts to, and says of each
 * bot and server how it is, since when, why, and what to change. Called by `app/` for each status.
 */
export class States {
  readonly #options: MachineOptions;
  /** By self_id; those of bots that are forgotten go with the next status. */
  readonly #accounts = new Map<string, AccountMachine>();
  #servers = new Map<string, Stay<ServerState>>();
  #bots = new Map<string, Stay<BotState>>();

  constructor(options: MachineOptions) {
    this.#options = options;
  }

  /** For one link of a server, from its start to its end. */
  readonly link = (): LinkMachine => new LinkMachine(this.#options);

  /** For one entry of `bots`. */
  readonly dial = (): DialMachine => new DialMachine(this.#options);

  /** For the account of one bot. */
  readonly account = (selfId: string): AccountMachine => {
    const machine = new AccountMachine(this.#options);
    this.#accounts.set(selfId, machine);
    return machine;
  };

  servers(statuses: readonly ServerStatus[]): readonly (ServerStatus & ServerStanding)[] {
    const before = this.#servers;
    this.#servers = new Map();
    return statuses.map((server) => {
      const judgement = judgeServer(server);
      const stay = this.#stay(before.get(server.name), judgement);
      this.#servers.set(server.name, stay);
      return { ...server, ...judgement, since: stay.since };
    });
  }

  bots(
    statuses: readonly BotStatus[],
    dialled: readonly DialledBotStatus[],
  ): readonly (BotStatus & Standing<BotState>)[] {
    const before = this.#bots;
    this.#bots = new Map();
    const reports = statuses.map((bot) => {
      const own = dialled.filter(({ selfId }) => selfId === bot.selfId);
      const offline = this.#accounts.get(bot.selfId)?.standing;
      const judgement = judgeBot({ bot, dialled: own, offline });
      const stay = this.#stay(before.get(bot.selfId), judgement);
      this.#bots.set(bot.selfId, stay);
      return { ...bot, ...judgement, since: stay.since };
    });
    for (const selfId of this.#accounts.keys()) if (!this.#bots.has(selfId)) this.#accounts.delete(selfId);
    return reports;
  }

  #stay<State>(
    before: Stay<State> | undefined,
    { state, since }: { readonly state: State; readonly since?: number },
  ): Stay<State> {
    if (before?.state === state) return before;
    return { state, since: since ?? this.#options.now() };
  }
}

interface Stay<State> {
  readonly state: State;
  readonly since: number;
}
