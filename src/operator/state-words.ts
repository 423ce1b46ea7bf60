import type { BotState, ServerState, Standing } from '../states/types.ts';
import { type Text, text, type Words } from '../support/text.ts';

/** The states of bots, servers, links and the daemon, as words for people. Programs read the names of the states. */
const STATES: ReadonlyMap<string, Text> = new Map([
  ['account_offline', text`account_offline`],
  ['asking', text`asking`],
  ['away', text`away`],
  ['closing', text`closing`],
  ['connecting', text`connecting`],
  ['disabled', text`disabled`],
  ['idle', text`idle`],
  ['online', text`online`],
  ['paused', text`paused`],
  ['ready', text`ready`],
  ['refused', text`refused`],
  ['refusing', text`refusing`],
  ['slow', text`slow`],
  ['starting', text`starting`],
  ['stopped', text`stopped`],
  ['stopping', text`stopping`],
  ['unreachable', text`unreachable`],
  ['up', text`up`],
  ['waiting', text`waiting`],
]);

/** A state as a person reads it. */
export function stateWords(state: string): Words {
  return STATES.get(state) ?? state;
}

/** Whether the operator has to do something. */
export function isTrouble(state: BotState | ServerState): boolean {
  switch (state) {
    case 'online':
    case 'up':
    case 'idle':
    case 'paused':
    case 'disabled':
      return false;
    case 'account_offline':
    case 'away':
    case 'refused':
    case 'unreachable':
    case 'refusing':
    case 'slow':
      return true;
  }
}

/** `-> survival: start it, ...`: the advice for each item in trouble. */
export function cureLines(
  standings: readonly ({ readonly name: Words } & Pick<Standing<BotState | ServerState>, 'state' | 'cure'>)[],
): Text[] {
  return standings.flatMap(({ name, state, cure }) =>
    cure === undefined || !isTrouble(state) ? [] : [text`-> ${name}: ${cure}`],
  );
}
