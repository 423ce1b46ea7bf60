import type { BotStatus, DialledBotStatus } from '../bots/types.ts';
import type { ServerStatus } from '../servers/types.ts';
import { AccountMachine } from './account-machine.ts';
import { judgeBot } from './bot-standing.ts';
import { DialMachine } from './dial-machine.ts';
import { LinkMachine } from './link-machine.ts';
import { judgeServer } from './server-standing.ts';
import type { BotState, MachineOptions, ServerStanding, ServerState, Standing } from './types.ts';

/**
 * The states of all bots and servers. Workers and sessions report facts to the machines that this class makes. For each
 * bot and server the class then says its state, since when, why, and what to change. `app/` calls it for each status.
 */
export class States {
  readonly #options: MachineOptions;
  /** By self_id. The next status removes the machines of forgotten bots. */
  readonly #accounts = new Map<string, AccountMachine>();
  #servers = new Map<string, Stay<ServerState>>();
  #bots = new Map<string, Stay<BotState>>();

  constructor(options: MachineOptions) {
    this.#options = options;
  }

  /** Makes the machine for one link of a server. It is used until the link ends. */
  readonly link = (): LinkMachine => new LinkMachine(this.#options);

  /** Makes the machine for one entry of `bots`. */
  readonly dial = (): DialMachine => new DialMachine(this.#options);

  /** Makes the machine for the account of one bot. */
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
