import { COMMANDS } from '../operator/commands.ts';
import { nearMiss } from '../support/near-miss.ts';
import { printable } from '../support/printable.ts';
import { type Text, text } from '../support/text.ts';

export interface KnownCommands {
  /** The words that start this program again, such as `node bin/qqbridge.js`. */
  readonly command: string;
  readonly subcommands: readonly string[];
}

/** What to say to somebody who typed a word after `qqbridge` that is no command of it. */
export function unknownCommand(word: string, { command, subcommands }: KnownCommands): Text {
  const shown = printable(word.length > 40 ? `${word.slice(0, 40)}...` : word);
  const isConsoleCommand = COMMANDS.some(({ name, aliases }) => [name.split(' ')[0], ...aliases].includes(word));
  if (isConsoleCommand) {
    return text`${shown} is a command of the console: type it there, or as ${command} ctl ${shown}`;
  }
  const meant = nearMiss(word, subcommands);
  return meant === undefined
    ? text`there is no command ${shown}; ${command} --help lists them`
    : text`there is no command ${shown}. Did you mean ${meant}?`;
}
