import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { type ChosenSettings, composeConfig } from '../../config/compose.ts';
import { formatFault } from '../../config/findings.ts';
import { replaceConfig } from '../../config/home.ts';
import { importSettings } from '../../config/import-settings.ts';
import { languageOfEnvironment } from '../../config/language.ts';
import { type LoadedConfig, readConfig } from '../../config/load.ts';
import { speakIn } from '../../language/speak.ts';
import { BridgeError, errorWords } from '../../support/errors.ts';
import { text, type Words } from '../../support/text.ts';
import { Asker, NoAnswerError } from './asker.ts';
import type { BotKind } from './kinds.ts';
import { nextSteps } from './next-steps.ts';
import { type Plan, portBeside, serversOf, withNeededTokens } from './plan.ts';
import { askForPlan } from './questions.ts';

export interface InitOptions {
  readonly configFile: string;
  /** The words that start this program again, such as `node bin/qqbridge.js`. */
  readonly command: string;
  /** A config of another program to begin with. */
  readonly from?: string;
  /** What was given on the command line; over what `from` says. */
  readonly settings: ChosenSettings;
  readonly bot?: BotKind;
  /** Asks nothing. */
  readonly isSilent: boolean;
  /** A config that is there may be replaced. */
  readonly mayReplace: boolean;
}

/**
 * `qqbridge init`: asks, or takes from flags and from the config of another program, what a config needs; writes it; and
 * shows what to enter at the bot and at the servers.
 *
 * @returns The exit status: 0 written, 1 broken off, 2 wrong usage, or a config that would have faults.
 */
export async function runInit(options: InitOptions): Promise<number> {
  const proposed = await proposal(options);
  if (proposed === undefined) return 2;
  const { configFile, command } = options;
  const asker = options.isSilent ? undefined : new Asker({ input: process.stdin, output: process.stdout, speak });
  try {
    if (asker === undefined && existsSync(configFile) && !options.mayReplace) {
      return refuse(text`${configFile} is there already; --force replaces it and keeps the old one beside it`);
    }
    const plan = asker === undefined ? proposed : await askForPlan(asker, proposed);
    const settings = withNeededTokens(plan.settings);
    const content = composeConfig(settings, speak);
    const outcome = readConfig(content, { file: configFile });
    if (outcome.kind === 'faulty') return refuse(...outcome.faults.map(formatFault));
    if (asker !== undefined && existsSync(configFile) && !options.mayReplace) {
      const question = text`${configFile} is there already. Replace it? The old one is kept beside it.`;
      if (!(await asker.confirm(question, false))) return refuse(NOTHING_WRITTEN);
    }
    return await write({ configFile, command, content, outcome, bot: plan.bot });
  } catch (error) {
    if (!(error instanceof NoAnswerError)) throw error;
    if (error.kind === 'interrupted') return refuse(NOTHING_WRITTEN) - 1;
    return refuse(text`the input ended before all was answered; nothing was written. --yes asks nothing`);
  } finally {
    asker?.close();
  }
}

/** There is no config yet that could name another language. */
const speak = speakIn(languageOfEnvironment());

const NOTHING_WRITTEN = text`nothing was written`;

/** What is known before anything is asked; undefined where `from` can't be used. */
async function proposal({ from, settings, bot }: InitOptions): Promise<Plan | undefined> {
  if (from === undefined) return { settings, bot: bot ?? 'napcat' };
  const content = await readFile(from, 'utf8').catch((error: unknown) => {
    refuse(text`${from} can't be read: ${errorWords(error)}`);
  });
  if (content === undefined) return undefined;
  const imported = importSettings({ file: from, content });
  if (imported.kind === 'faulty') {
    refuse(...imported.reasons);
    return undefined;
  }
  print(text`${from} is a config of ${imported.program}`);
  for (const note of imported.notes) print(text`  ${note}`);
  const port = imported.settings['port'] ?? portBeside(imported.takenPorts);
  const known = imported.program === 'QQBridge' ? {} : { port };
  return {
    settings: {
      ...imported.settings,
      ...known,
      ...settings,
      server_list: { ...serversOf(imported.settings), ...serversOf(settings) },
    },
    bot: bot ?? (imported.program === 'go-cqhttp' ? 'go-cqhttp' : 'napcat'),
  };
}

interface Written {
  readonly configFile: string;
  readonly command: string;
  readonly content: string;
  readonly outcome: LoadedConfig;
  readonly bot: BotKind;
}

async function write({ configFile, command, content, outcome, bot }: Written): Promise<number> {
  let kept: string | undefined;
  try {
    kept = await replaceConfig(configFile, content);
  } catch (error) {
    throw new BridgeError('CONFIG_UNREADABLE', text`${configFile} can't be written: ${errorWords(error)}`, {
      cause: error,
    });
  }
  print(text`${configFile} is written`);
  if (kept !== undefined) print(text`the old one is kept as ${kept}`);
  for (const line of nextSteps({ config: outcome.config, configFile, command, bot })) print(line);
  return 0;
}

function print(words: Words): void {
  process.stdout.write(`${speak(words)}\n`);
}

/** Wrong usage, said. */
function refuse(...reasons: readonly Words[]): 2 {
  for (const reason of reasons) process.stderr.write(`qqbridge: ${speak(reason)}\n`);
  return 2;
}
