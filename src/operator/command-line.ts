import { nearMiss } from '../support/near-miss.ts';
import { printable } from '../support/printable.ts';
import { type Speak, type Text, text, type Words } from '../support/text.ts';
import { type Command, type CommandArgument, type CommandContext, type CommandResult, usageOf } from './command.ts';
import { COMMANDS } from './commands.ts';
import type { FaultDetail, OperatedBridge } from './types.ts';

/** Longer lines are no commands. */
export const MAX_COMMAND_LENGTH = 1_000;

/** How many of the possible arguments an answer names. */
const MAX_NAMED = 10;

/** Two words before one: `dead retry` is not `dead` with an argument. */
const BY_LENGTH = COMMANDS.toSorted((one, other) => other.name.split(' ').length - one.name.split(' ').length);

/** What a line asks for. */
type Parsed =
  | { readonly kind: 'command'; readonly command: Command; readonly argument: string }
  | { readonly kind: 'wrong'; readonly line: Words };

/** Carries out one line of an operator. Never throws, whatever the line holds. */
export async function runCommand(line: string, context: CommandContext): Promise<CommandResult> {
  const { speak, logger, origin } = context;
  try {
    const parsed = parse(line, context.bridge);
    if (parsed.kind === 'wrong') return { kind: 'wrong', line: speak(parsed.line) };
    const answer = await parsed.command.run(context, parsed.argument);
    if (answer.kind === 'wrong') return { kind: 'wrong', line: speak(answer.line) };
    if (answer.kind === 'ok' && answer.follow !== undefined && origin === 'admin') {
      const { name } = parsed.command;
      return { kind: 'wrong', line: speak(text`${name} follows what happens: it is for the console and ctl.`) };
    }
    const lines = answer.lines.map((words) => printable(speak(words)));
    if (answer.kind === 'ok') return { ...answer, lines };
    const { faults } = answer;
    return {
      kind: 'failed',
      lines,
      ...(faults === undefined ? {} : { faults: faults.map((fault) => said(fault, speak)) }),
    };
  } catch (error) {
    logger.error('a command failed', { command: line, error });
    return { kind: 'failed', lines: [speak(text`The command failed; see the log.`)] };
  }
}

function said({ found, allowed, ...where }: FaultDetail<Words>, speak: Speak): FaultDetail {
  return { ...where, found: printable(speak(found)), allowed: printable(speak(allowed)) };
}

/**
 * What the end of a line can become, in the form that node:readline takes: the candidates and the part of the line
 * that they would replace.
 */
export function completeCommand(line: string, bridge: OperatedBridge): [candidates: string[], replaced: string] {
  const typed = line.trimStart();
  const names = COMMANDS.map((command) => (command.argument === undefined ? command.name : `${command.name} `));
  for (const { name, argument } of BY_LENGTH) {
    if (argument === undefined || !typed.toLowerCase().startsWith(`${name} `)) continue;
    const begun = typed.slice(name.length).trimStart();
    const longer = names.filter((each) => each.startsWith(`${name} `)).map((each) => each.slice(name.length + 1));
    const candidates = [...longer.filter((rest) => rest !== ''), ...argument.values(bridge)];
    return [candidates.filter((value) => value.startsWith(begun)), begun];
  }
  return [names.filter((name) => name.startsWith(typed.toLowerCase())), typed];
}

function parse(line: string, bridge: OperatedBridge): Parsed {
  if (line.length > MAX_COMMAND_LENGTH) return wrong(text`The line is too long for a command. Type help for a list.`);
  const typed = line.trim();
  if (typed === '') return wrong(text`Type a command; help lists them.`);
  for (const command of BY_LENGTH) {
    for (const name of [command.name, ...command.aliases]) {
      const rest = afterName(typed, name);
      if (rest !== undefined) return withArgument(command, rest, bridge);
    }
  }
  return wrong(unknownLine(typed));
}

/** What follows the words of a name, in any case and spacing; undefined where the line doesn't begin with them. */
function afterName(typed: string, name: string): string | undefined {
  const found = new RegExp(`^${name.replace(' ', '\\s+')}(?:\\s+(.*))?$`, 'is').exec(typed);
  return found === null ? undefined : (found[1] ?? '');
}

function withArgument(command: Command, rest: string, bridge: OperatedBridge): Parsed {
  const { argument } = command;
  const usage = usageLine([command]);
  if (argument === undefined) return rest === '' ? { kind: 'command', command, argument: '' } : wrong(usage);
  if (rest === '') return argument.required ? wrong(usage) : { kind: 'command', command, argument: '' };
  if (argument.isFree === true) return { kind: 'command', command, argument: rest };
  const values = argument.values(bridge);
  const value = valueMeant(rest, values);
  return value === undefined
    ? wrong(unknownValueLine(command, argument, { given: rest, values }))
    : { kind: 'command', command, argument: value };
}

/** As it stands, without its quotes, or in another case where that is no other value. */
function valueMeant(given: string, values: readonly string[]): string | undefined {
  const bare = /^(["'])(.*)\1$/s.exec(given)?.[2] ?? given;
  const alike = values.filter((value) => value.toLowerCase() === bare.toLowerCase());
  return [given, bare].find((each) => values.includes(each)) ?? (alike.length === 1 ? alike[0] : undefined);
}

function unknownValueLine(
  command: Command,
  { noun }: CommandArgument,
  { given, values }: { readonly given: string; readonly values: readonly string[] },
): Text {
  const unknown = text`There is no ${noun} ${quoted(given)}`;
  // Perhaps no name was meant: `dead rety survival`.
  const longer = COMMANDS.filter(({ name }) => name.startsWith(`${command.name} `));
  if (longer.length > 0) return text`${unknown}. ${usageLine([command, ...longer])}`;
  if (values.length === 0) return text`${unknown}: none is configured.`;
  const meant = nearMiss(given, values);
  if (meant !== undefined) return text`${unknown}. Did you mean ${printable(meant)}?`;
  const named = values.slice(0, MAX_NAMED).map(printable).join(', ');
  return text`${unknown}. There are: ${named}${values.length > MAX_NAMED ? ', ...' : ''}`;
}

function unknownLine(typed: string): Text {
  const [word = ''] = typed.toLowerCase().split(/\s/, 1);
  const begun = COMMANDS.filter(({ name }) => name.startsWith(`${word} `));
  if (begun.length > 0) return usageLine(begun);
  const names = COMMANDS.flatMap(({ name, aliases }) => [name, ...aliases]);
  const meant = nearMiss(typed, names) ?? nearMiss(word, names);
  const hint = meant === undefined ? text`Type help for a list.` : text`Did you mean ${meant}?`;
  return text`There is no command ${quoted(typed)}. ${hint}`;
}

function usageLine(commands: readonly Command[]): Text {
  return text`Usage: ${commands.map(usageOf).join(' | ')}`;
}

/** What was typed, safe to show and short. */
function quoted(typed: string): string {
  return `"${printable(typed.length > 40 ? `${typed.slice(0, 40)}...` : typed)}"`;
}

function wrong(line: Text): { kind: 'wrong'; line: Text } {
  return { kind: 'wrong', line };
}
