import { resolve } from 'node:path';
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import type { InitFlags } from './app/init/flags.ts';
import { spokenUsage } from './app/spoken-usage.ts';
import { VERSION } from './app/version.ts';
import { languageOfEnvironment } from './config/language.ts';
import { programCommand } from './config/program-command.ts';
import type { Language } from './config/types.ts';
import { BridgeError, errorWords } from './support/errors.ts';
import { inEnglish, type Speak, text } from './support/text.ts';

/**
 * The command line: one function per subcommand, each loading only the rooms that it needs.
 *
 * @returns The exit status: 0 stopped as asked, 1 failed while running, 2 wrong usage or config.
 */
export async function main(argv: readonly string[]): Promise<number> {
  const outcome = { status: 0 };
  // The config, which may name another language, is not read yet.
  const speak = await speakerOf(languageOfEnvironment());
  const command = programCommand({ script: argv[1] ?? 'qqbridge' });
  for (const output of [process.stdout, process.stderr]) output.on('error', onOutputGone);
  try {
    const qqbridge = program({ outcome, speak, command });
    const [, , word] = argv;
    const names = [...qqbridge.commands.map((command) => command.name()), 'help'];
    if (word !== undefined && !word.startsWith('-') && !names.includes(word)) {
      const { unknownCommand } = await import('./app/unknown-command.ts');
      process.stderr.write(`qqbridge: ${speak(unknownCommand(word, { command, subcommands: names }))}\n`);
      return 2;
    }
    await qqbridge.parseAsync(argv);
    return outcome.status;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    process.stderr.write(`qqbridge: ${error instanceof BridgeError ? speak(errorWords(error)) : String(error)}\n`);
    return error instanceof BridgeError ? error.exitStatus : 1;
  }
}

/** The catalogue is loaded where it is needed alone: `--version` has to be quick. */
async function speakerOf(language: Language): Promise<Speak> {
  if (language === 'en') return inEnglish;
  const { speakIn } = await import('./language/speak.ts');
  return speakIn(language);
}

/** Who reads the output has had enough (`| head`): no failure, and no reason to go on. */
function onOutputGone(error: NodeJS.ErrnoException): void {
  process.exit(error.code === 'EPIPE' ? 0 : 1);
}

/** The daemon lives on without anybody who reads. */
function outliveOutput(): void {
  for (const output of [process.stdout, process.stderr]) {
    output.off('error', onOutputGone);
    // Its log goes on in the file.
    output.on('error', () => {});
  }
}

interface RunOptions {
  readonly config: string;
  readonly data?: string;
  readonly logs?: string;
}

interface ProgramOptions {
  readonly outcome: { status: number };
  readonly speak: Speak;
  /** The words that start this program again, such as `node bin/qqbridge.js`. */
  readonly command: string;
}

function program({ outcome, speak, command }: ProgramOptions): Command {
  const configOption = ['-c, --config <file>', speak(text`the config file`), 'config/config.yml'] as const;
  const qqbridge = spokenUsage(new Command(command), speak)
    .description(speak(text`One QQ bot, every server: a OneBot 11 bridge between bots and any number of applications.`))
    .exitOverride()
    .enablePositionalOptions()
    .showHelpAfterError(speak(text`(${command} --help tells more)`))
    .version(VERSION, '-V, --version', speak(text`print the version`));
  qqbridge
    .command('run', { isDefault: true })
    .description(speak(text`run the daemon; a missing config file is written with commented defaults`))
    .option(...configOption)
    .option(
      '--data <dir>',
      speak(text`where the event log and the admin token are kept (default: data, beside config)`),
    )
    .option('--logs <dir>', speak(text`where the log files are kept (default: logs, beside config)`))
    .allowExcessArguments(false)
    .action(async (options: RunOptions) => {
      outliveOutput();
      const { runDaemon } = await import('./app/daemon.ts');
      outcome.status = await runDaemon({
        configFile: options.config,
        ...(options.data === undefined ? {} : { dataDir: resolve(options.data) }),
        ...(options.logs === undefined ? {} : { logDir: resolve(options.logs) }),
      });
    });
  qqbridge
    .command('check')
    .description(speak(text`validate the config file, and try each server and bot; a running daemon is asked`))
    .option(...configOption)
    .allowExcessArguments(false)
    .action(async ({ config }: { readonly config: string }) => {
      const { runCheck } = await import('./app/check.ts');
      outcome.status = await runCheck(config);
      // A name server that does not answer would hold the process.
      setTimeout(() => process.exit(), LINGER_MS).unref();
    });
  qqbridge
    .command('ctl')
    .description(speak(text`have the running daemon carry out a console command, and print its answer`))
    .argument('<command...>', speak(text`the command, as it would be typed: ctl pause survival`))
    .option('-c, --config <file>', speak(text`the config file that the daemon runs with`), 'config/config.yml')
    .passThroughOptions()
    .action(async (words: string[], { config }: { readonly config: string }) => {
      const { runCtl } = await import('./app/ctl.ts');
      outcome.status = await runCtl({ configFile: config, words });
    });
  qqbridge
    .command('demo')
    .description(
      speak(text`show the bridge at work between a simulated bot and three simulated servers; keeps nothing`),
    )
    .option(
      '--for <duration>',
      speak(text`how long it runs, such as 30s or 5m (default: until it is stopped)`),
      durationOption(speak),
    )
    .allowExcessArguments(false)
    .action(async ({ for: forMs }: { readonly for?: number }) => {
      outliveOutput();
      const { runDemo } = await import('./app/demo.ts');
      outcome.status = await runDemo({ command, ...(forMs === undefined ? {} : { forMs }) });
    });
  qqbridge
    .command('schema')
    .description(speak(text`print the JSON Schema of the config file`))
    .allowExcessArguments(false)
    .action(async () => {
      const { schemaText } = await import('./config/home.ts');
      process.stdout.write(schemaText());
    });
  addInit(qqbridge, { outcome, speak, command });
  return qqbridge;
}

function addInit(qqbridge: Command, { outcome, speak, command }: ProgramOptions): void {
  const fromHelp = text`begin with a config of QQBridge.py, go-cqhttp (config.yml) or NapCat (onebot11_*.json)`;
  const serverHelp = text`a server, such as mc=websocket:ws://127.0.0.1:5701/ws/ or app=listen; may be given again`;
  const bots = ['napcat', 'llonebot', 'lagrange', 'go-cqhttp', 'other'];
  qqbridge
    .command('init')
    .description(speak(text`ask a few questions and write a config; with flags (other than --from) nothing is asked`))
    .option('-c, --config <file>', speak(text`the config file to write`), 'config/config.yml')
    .option('--from <file>', speak(fromHelp))
    .option('--yes', speak(text`ask nothing, take the defaults`))
    .option('--force', speak(text`replace a config that is there; the old one is kept beside it`))
    .option('--host <host>', speak(text`the address of the port that bots connect to`))
    .option('--port <port>', speak(text`the port that bots connect to`))
    .option('--token [token]', speak(text`the token that bots have to show; without one it is generated`))
    .option('--server <name=protocol:url>', speak(serverHelp), more)
    .addOption(new Option('--bot <program>', speak(text`whose lines to show: ${bots.join(', ')}`)).choices(bots))
    .option('--filter <file>', speak(text`only print an event filter of go-cqhttp (filter.json) in our form`))
    .allowExcessArguments(false)
    .action(async ({ config, filter, ...flags }: InitFlags & { readonly config: string; readonly filter?: string }) => {
      // What was asked for is written, whoever reads along.
      outliveOutput();
      if (filter !== undefined) {
        const { printImportedFilter } = await import('./app/init/print-filter.ts');
        outcome.status = await printImportedFilter(filter);
        return;
      }
      const { initWithFlags } = await import('./app/init/flags.ts');
      outcome.status = await initWithFlags(flags, { configFile: config, command });
    });
}

/** An option that may be given again. */
function more(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

/** `30s`, as durations are written in the config file, whose own reading would take long to load. */
function durationOption(speak: Speak): (given: string) => number {
  return (given) => {
    const [, amount, unit = ''] = /^(\d{1,6})(ms|s|m|h)$/.exec(given) ?? [];
    const ms = Number(amount) * (UNITS_MS[unit] ?? Number.NaN);
    if (ms > 0 && ms <= MAX_TIMER_MS) return ms;
    throw new InvalidArgumentError(speak(text`expected a duration such as 30s, 5m or 1h.`));
  };
}

const UNITS_MS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** Longer ones a timer takes for none at all. */
const MAX_TIMER_MS = 2 ** 31 - 1;

const LINGER_MS = 300;
