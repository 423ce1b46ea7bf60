import { text } from '../support/text.ts';
import { type CommandAnswer, type CommandArgument, type CommandContext, failed, ok } from './command.ts';

export const bot: CommandArgument = {
  name: 'BOT',
  noun: text`bot`,
  required: true,
  values: (bridge) => bridge.status().bots.map(({ selfId }) => selfId),
};

/** `forget 10001`: the operator says that the bot is gone for good. */
export async function forgetBot({ bridge }: CommandContext, selfId: string): Promise<CommandAnswer> {
  const outcome = await bridge.forget(selfId);
  switch (outcome.kind) {
    case 'forgotten':
      return ok([
        outcome.events === 0
          ? text`Bot ${selfId} is forgotten.`
          : text`Bot ${selfId} is forgotten, and with it what waited of its events: ${outcome.events}.`,
      ]);
    case 'unknown':
      return failed([text`There is no bot ${selfId} any more.`]);
    case 'online':
      return failed([text`Bot ${selfId} is there. Only a bot that is gone can be forgotten.`]);
    case 'configured':
      return failed([text`Bot ${selfId} stands in the config as ${`bots.${outcome.name}`}: take it out there first.`]);
  }
}
