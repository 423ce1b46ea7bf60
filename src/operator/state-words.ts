import { type Text, text, type Words } from '../support/text.ts';

/** The states of links, bots and the daemon; programs read their names. */
const STATES: ReadonlyMap<string, Text> = new Map([
  ['asking', text`asking`],
  ['closing', text`closing`],
  ['connecting', text`connecting`],
  ['idle', text`idle`],
  ['ready', text`ready`],
  ['starting', text`starting`],
  ['stopped', text`stopped`],
  ['stopping', text`stopping`],
  ['up', text`up`],
  ['waiting', text`waiting`],
]);

/** A state as a person reads it. */
export function stateWords(state: string): Words {
  return STATES.get(state) ?? state;
}
