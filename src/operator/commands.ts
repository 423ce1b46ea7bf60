/**
 * The one table of what an operator can tell the bridge. The console and the admin listener show it; they differ only
 * in how they carry a line here and its answer back.
 */

import { type Speak, text } from '../support/text.ts';
import { botLines } from './bot-report.ts';
import { actionAndParams, callBot } from './call-command.ts';
import {
  type Command,
  type CommandAnswer,
  type CommandArgument,
  type CommandContext,
  failed,
  ok,
  tableOptions,
  usageOf,
} from './command.ts';
import { showDashboard } from './dashboard-command.ts';
import { dropDead, listDead, retryDead, serverOfLetters } from './dead-letters.ts';
import { tailEvents } from './event-tail.ts';
import { bot, forgetBot } from './forget-command.ts';
import { queueLines } from './queue-report.ts';
import { appliedLines, statusLines } from './reports.ts';
import { serverLines } from './server-report.ts';
import { threadLines } from './threads.ts';

/** The names of the sources of commands, for the log. */
const ORIGINS = { console: text`console`, admin: text`admin`, ctl: 'ctl' } as const;

const server: CommandArgument = {
  name: 'NAME',
  noun: text`server`,
  required: true,
  values: (bridge) => bridge.status().servers.map(({ name }) => name),
};

const command: CommandArgument = {
  name: 'COMMAND',
  noun: text`command`,
  required: false,
  values: () => [...new Set(COMMANDS.flatMap(({ name, aliases }) => [name, firstWord(name), ...aliases]))],
};

/** In the order in which `help` lists them. */
export const COMMANDS: readonly Command[] = [
  {
    name: 'help',
    aliases: [],
    help: text`lists the commands, or explains one`,
    argument: command,
    run: ({ speak }, name) =>
      ok(
        helpLines(
          COMMANDS.filter((each) => name === '' || isNamed(each, name)),
          speak,
        ),
      ),
  },
  {
    name: 'status',
    aliases: [],
    help: text`shows the daemon at a glance`,
    run: (context) =>
      ok(statusLines(context.bridge.status(), { debug: context.bridge.debugEnabled(), ...tableOptions(context) })),
  },
  {
    name: 'bots',
    aliases: [],
    help: text`lists the bots and their sessions`,
    run: (context) => ok(botLines(context.bridge.status(), tableOptions(context))),
  },
  {
    name: 'servers',
    aliases: [],
    help: text`lists the servers and their links`,
    run: (context) => ok(serverLines(context.bridge.status(), tableOptions(context))),
  },
  {
    name: 'queue',
    aliases: ['queues'],
    help: text`shows what waits for each server, since when and why`,
    run: (context) => ok(queueLines(context.bridge.status(), tableOptions(context))),
  },
  {
    name: 'pause',
    aliases: [],
    help: text`holds the events of a server back, not its calls, until resume or a restart`,
    argument: server,
    run: ({ bridge }, name) =>
      bridge.pause(name) ? ok([text`${name} is paused: its events wait, as long as max_age lets them.`]) : gone(name),
  },
  {
    name: 'resume',
    aliases: [],
    help: text`lets the events of a server go again`,
    argument: server,
    run: ({ bridge }, name) => (bridge.resume(name) ? ok([text`${name} gets its events again.`]) : gone(name)),
  },
  {
    name: 'reconnect',
    aliases: [],
    help: text`drops the links of a server and dials at once`,
    argument: server,
    run: ({ bridge }, name) => (bridge.reconnect(name) ? ok([text`Reconnecting ${name}.`]) : gone(name)),
  },
  {
    name: 'tail',
    aliases: [],
    help: text`shows events as they come in, or as they are delivered to one server`,
    argument: { ...server, required: false },
    run: tailEvents,
  },
  {
    name: 'call',
    aliases: [],
    help: text`makes a call to a bot and shows its answer; with several bots self_id in the JSON says which`,
    argument: actionAndParams,
    run: callBot,
  },
  {
    name: 'dead',
    aliases: [],
    help: text`lists the events that servers refused for good, of all servers or one`,
    argument: { ...serverOfLetters, required: false },
    run: listDead,
  },
  {
    name: 'dead retry',
    aliases: [],
    help: text`sends those of a server again`,
    argument: server,
    run: retryDead,
  },
  {
    name: 'dead drop',
    aliases: [],
    help: text`throws those of a server away`,
    argument: serverOfLetters,
    run: dropDead,
  },
  {
    name: 'forget',
    aliases: [],
    help: text`forgets a bot that is gone for good, and what waits of its events`,
    argument: bot,
    run: forgetBot,
  },
  {
    name: 'reload config',
    aliases: [],
    help: text`reads the config file again and applies what differs`,
    run: reload,
  },
  {
    name: 'debug on',
    aliases: [],
    help: text`shows debug lines in the log`,
    run: (context) => setDebug(context, true),
  },
  { name: 'debug off', aliases: [], help: text`hides them again`, run: (context) => setDebug(context, false) },
  {
    name: 'debug thread',
    aliases: ['debug threads'],
    help: text`lists the threads, and every worker and link with its state`,
    run: async (context) => ok(await threadLines(context.bridge.workers(), tableOptions(context))),
  },
  {
    name: 'dashboard',
    aliases: [],
    help: text`prints a link to the dashboard that logs in once`,
    run: showDashboard,
  },
  {
    name: 'version',
    aliases: [],
    help: text`shows the version`,
    run: ({ bridge }) => ok([`QQBridge ${bridge.status().version}, Node ${process.version}, ${process.platform}`]),
  },
  {
    name: 'stop',
    aliases: ['exit', '__stop__'],
    help: text`stops the daemon in order`,
    run: ({ bridge, origin }) => {
      bridge.stop(text`stop on the ${ORIGINS[origin]}`);
      return ok([text`Stopping.`]);
    },
  },
];

async function reload({ bridge }: CommandContext): Promise<CommandAnswer> {
  const outcome = await bridge.reload();
  if (outcome.kind === 'applied') return ok(appliedLines(outcome));
  const { details } = outcome;
  const end = details === undefined ? text`Nothing was changed.` : text`The file has faults; nothing was changed.`;
  const lines = [...outcome.faults, end];
  return { kind: 'failed', lines, ...(details === undefined ? {} : { faults: details }) };
}

/** The server went between the reading of the line and now. */
function gone(name: string): CommandAnswer {
  return failed([text`There is no server ${name} any more.`]);
}

function setDebug({ bridge }: CommandContext, on: boolean): CommandAnswer {
  bridge.setDebug(on);
  return ok([on ? text`Debug is on.` : text`Debug is off.`]);
}

function helpLines(commands: readonly Command[], speak: Speak): string[] {
  const width = Math.max(...commands.map((each) => usageOf(each).length));
  return commands.map((each) => `${usageOf(each).padEnd(width)}  ${speak(each.help)}`);
}

/** `debug` alone names all commands that begin with it. */
function isNamed({ name, aliases }: Command, given: string): boolean {
  return name === given || firstWord(name) === given || aliases.includes(given);
}

function firstWord(name: string): string {
  return name.split(' ', 1).join();
}
