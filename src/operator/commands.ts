/**
 * The one table of what an operator can tell the bridge. The console and the admin listener show it; they differ only
 * in how they carry a line here and its answer back.
 */
import type { Logger } from '../support/logger.ts';
import { appliedLines, botLines, serverLines, statusLines } from './reports.ts';
import type { TableOptions } from './text-table.ts';
import { threadLines } from './threads.ts';
import type { OperatedBridge } from './types.ts';

/** What a command works with. */
export interface CommandContext {
  readonly bridge: OperatedBridge;
  readonly logger: Logger;
  /** Who gave the command; stands in the log. */
  readonly origin: 'console' | 'admin';
  /** Columns of the terminal that tables are cut to. Default no limit. */
  readonly columns?: number;
}

/**
 * `ok`: done. `failed`: a sound command that could not be carried out. `wrong`: no such command or argument; the line
 * says what is right.
 */
export type CommandResult =
  | { readonly kind: 'ok'; readonly lines: readonly string[] }
  | { readonly kind: 'failed'; readonly lines: readonly string[] }
  | { readonly kind: 'wrong'; readonly line: string };

export interface Command {
  /** One word or two, lower case. */
  readonly name: string;
  /** Other names, not listed by `help`. */
  readonly aliases: readonly string[];
  /** One line for `help`. */
  readonly help: string;
  /** Its one argument: the rest of the line, so that it may hold spaces. */
  readonly argument?: CommandArgument;
  readonly run: (context: CommandContext, argument: string) => CommandResult | Promise<CommandResult>;
}

export interface CommandArgument {
  /** In capitals, for the usage. */
  readonly name: string;
  /** What it names, in a sentence. */
  readonly noun: string;
  readonly required: boolean;
  /** All that it can be. */
  readonly values: (bridge: OperatedBridge) => readonly string[];
}

const server: CommandArgument = {
  name: 'NAME',
  noun: 'server',
  required: true,
  values: (bridge) => bridge.status().servers.map(({ name }) => name),
};

const command: CommandArgument = {
  name: 'COMMAND',
  noun: 'command',
  required: false,
  values: () => [...new Set(COMMANDS.flatMap(({ name, aliases }) => [name, firstWord(name), ...aliases]))],
};

/** In the order in which `help` lists them. */
export const COMMANDS: readonly Command[] = [
  {
    name: 'help',
    aliases: [],
    help: 'lists the commands, or explains one',
    argument: command,
    run: (_context, name) => ok(helpLines(COMMANDS.filter((each) => name === '' || isNamed(each, name)))),
  },
  {
    name: 'status',
    aliases: [],
    help: 'shows the daemon at a glance',
    run: ({ bridge }) => ok(statusLines(bridge.status(), bridge.debugEnabled())),
  },
  {
    name: 'bots',
    aliases: [],
    help: 'lists the bots and their sessions',
    run: (context) => ok(botLines(context.bridge.status(), tableOptions(context))),
  },
  {
    name: 'servers',
    aliases: [],
    help: 'lists the servers and their links',
    run: (context) => ok(serverLines(context.bridge.status(), tableOptions(context))),
  },
  {
    name: 'reconnect',
    aliases: [],
    help: 'drops the links of a server and dials at once',
    argument: server,
    run: ({ bridge }, name) =>
      bridge.reconnect(name) ? ok([`Reconnecting ${name}.`]) : failed([`There is no server ${name} any more.`]),
  },
  {
    name: 'reload config',
    aliases: [],
    help: 'reads the config file again and applies what differs',
    run: reload,
  },
  { name: 'debug on', aliases: [], help: 'shows debug lines in the log', run: (context) => setDebug(context, true) },
  { name: 'debug off', aliases: [], help: 'hides them again', run: (context) => setDebug(context, false) },
  {
    name: 'debug thread',
    aliases: ['debug threads'],
    help: 'lists the threads, and every worker and link with its state',
    run: async (context) => ok(await threadLines(context.bridge.workers(), tableOptions(context))),
  },
  {
    name: 'version',
    aliases: [],
    help: 'shows the version',
    run: ({ bridge }) => ok([`QQBridge ${bridge.status().version}, Node ${process.version}, ${process.platform}`]),
  },
  {
    name: 'stop',
    aliases: ['exit', '__stop__'],
    help: 'stops the daemon in order',
    run: ({ bridge, origin }) => {
      bridge.stop(`stop on the ${origin}`);
      return ok(['Stopping.']);
    },
  },
];

async function reload({ bridge }: CommandContext): Promise<CommandResult> {
  const outcome = await bridge.reload();
  if (outcome.kind === 'applied') return ok(appliedLines(outcome));
  return failed([...outcome.faults, 'The file has faults; nothing was changed.']);
}

function setDebug({ bridge }: CommandContext, on: boolean): CommandResult {
  bridge.setDebug(on);
  return ok([`Debug is ${on ? 'on' : 'off'}.`]);
}

function tableOptions({ columns }: CommandContext): TableOptions {
  return columns === undefined ? {} : { maxWidth: columns };
}

function helpLines(commands: readonly Command[]): string[] {
  const width = Math.max(...commands.map((each) => usageOf(each).length));
  return commands.map((each) => `${usageOf(each).padEnd(width)}  ${each.help}`);
}

/** `debug` alone names all commands that begin with it. */
function isNamed({ name, aliases }: Command, given: string): boolean {
  return name === given || firstWord(name) === given || aliases.includes(given);
}

function firstWord(name: string): string {
  return name.split(' ', 1).join();
}

/** `reconnect NAME`, `help [COMMAND]`. */
export function usageOf({ name, argument }: Command): string {
  if (argument === undefined) return name;
  return `${name} ${argument.required ? argument.name : `[${argument.name}]`}`;
}

function ok(lines: readonly string[]): CommandResult {
  return { kind: 'ok', lines };
}

function failed(lines: readonly string[]): CommandResult {
  return { kind: 'failed', lines };
}
