import type { Command } from 'commander';
import { textWidth } from '../operator/text-width.ts';
import { type Speak, type Text, text, type Words } from '../support/text.ts';

const TITLES: ReadonlyMap<string, Text> = new Map([
  ['Usage:', text`Usage:`],
  ['Arguments:', text`Arguments:`],
  ['Options:', text`Options:`],
  ['Commands:', text`Commands:`],
]);

/** Has commander say its own words by the catalogue too; subcommands that are added later inherit it. */
export function spokenUsage(command: Command, speak: Speak): Command {
  return command
    .helpOption('-h, --help', speak(text`display help for command`))
    .helpCommand('help [command]', speak(text`display help for command`))
    .configureHelp({
      styleTitle: (title) => speak(TITLES.get(title) ?? title),
      optionDescription: ({ description, defaultValue }) =>
        defaultValue === undefined
          ? description
          : speak(text`${description} (default: ${JSON.stringify(defaultValue)})`),
      displayWidth: textWidth,
    })
    .configureOutput({ outputError: (message, write) => write(`${speak(usageErrorText(message.trimEnd()))}\n`) });
}

/** What commander 14 complains of, in its own words. */
const COMPLAINTS: readonly (readonly [form: RegExp, say: (name: string) => Text])[] = [
  [/^error: unknown option '(.*?)'/, (name) => text`error: unknown option '${name}'`],
  [/^error: unknown command '(.*?)'/, (name) => text`error: unknown command '${name}'`],
  [/^error: missing required argument '(.*?)'/, (name) => text`error: missing required argument '${name}'`],
  [/^error: option '(.*?)' argument missing/, (name) => text`error: option '${name}' argument missing`],
  [/^error: required option '(.*?)' not specified/, (name) => text`error: required option '${name}' not specified`],
  [/^error: too many arguments.*but got (\d+)\./, (count) => text`error: too many arguments: ${count}`],
];

/** An error of commander as a sentence; one that is not known stays as it is. */
export function usageErrorText(message: string): Words {
  const meant = /\n\(Did you mean (?:one of )?(.*)\?\)/.exec(message)?.[1];
  for (const [form, say] of COMPLAINTS) {
    const name = form.exec(message)?.[1];
    if (name === undefined) continue;
    return meant === undefined ? say(name) : text`${say(name)} (Did you mean ${meant}?)`;
  }
  return message;
}
