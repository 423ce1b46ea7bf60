import { resolve } from 'node:path';
import { Command, CommanderError } from 'commander';
import { spokenUsage } from './app/spoken-usage.ts';
import { VERSION } from './app/version.ts';
import { languageOfEnvironment } from './config/language.ts';
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
  try {
    await program(outcome, speak).parseAsync(argv);
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

interface RunOptions {
  readonly config: string;
  readonly data?: string;
  readonly logs?: string;
}

function program(outcome: { status: number }, speak: Speak): Command {
  const configOption = ['-c, --config <file>', speak(text`the config file`), 'config/config.yml'] as const;
  const qqbridge = spokenUsage(new Command('qqbridge'), speak)
    .description(speak(text`One QQ bot, every server: a OneBot 11 bridge between bots and any number of applications.`))
    .exitOverride()
    .enablePositionalOptions()
    .showHelpAfterError(speak(text`(qqbridge --help tells more)`))
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
    .command('schema')
    .description(speak(text`print the JSON Schema of the config file`))
    .allowExcessArguments(false)
    .action(async () => {
      const { schemaText } = await import('./config/home.ts');
      process.stdout.write(schemaText());
    });
  qqbridge
    .command('init')
    .description(speak(text`print the part of a config that another program has in its own form`))
    .requiredOption('--filter <file>', speak(text`an event filter of go-cqhttp (filter.json)`))
    .allowExcessArguments(false)
    .action(async ({ filter }: { readonly filter: string }) => {
      const { printImportedFilter } = await import('./app/init.ts');
      outcome.status = await printImportedFilter(filter);
    });
  return qqbridge;
}
