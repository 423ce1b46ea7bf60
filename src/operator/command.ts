import type { Logger } from '../support/logger.ts';
import type { Speak, Text, Words } from '../support/text.ts';
import type { TableOptions } from './text-table.ts';
import type { FaultDetail, OperatedBridge } from './types.ts';

/** What a command works with. */
export interface CommandContext {
  readonly bridge: OperatedBridge;
  readonly logger: Logger;
  /** In the operator's language. */
  readonly speak: Speak;
  /** Who gave the command; stands in the log. */
  readonly origin: 'console' | 'admin' | 'ctl';
  /** Columns of the terminal that tables are cut to. Default no limit. */
  readonly columns?: number;
}

/**
 * `ok`: done. `failed`: a sound command that could not be carried out. `wrong`: no such command or argument; the line
 * says what is right.
 */
export type CommandResult = Answer<string>;

/** The answer of a command, its sentences not said yet. */
export type CommandAnswer = Answer<Words>;

type Answer<Line> =
  | {
      readonly kind: 'ok';
      readonly lines: readonly Line[];
      /** Lines that follow on those, on the console and over `ctl`. */
      readonly follow?: Follow;
    }
  | {
      readonly kind: 'failed';
      readonly lines: readonly Line[];
      /** Of a config that is not taken, for the dashboard. */
      readonly faults?: readonly FaultDetail<Line>[];
    }
  | { readonly kind: 'wrong'; readonly line: Line };

/** Begins to print a line now and then, and goes on until the returned function is called. */
export type Follow = (print: FollowPrint) => () => void;

/** False where the output is behind and has not taken the line. */
export type FollowPrint = (line: string) => boolean;

export interface Command {
  /** One word or two, lower case. */
  readonly name: string;
  /** Other names, not listed by `help`. */
  readonly aliases: readonly string[];
  /** One line for `help`. */
  readonly help: Text;
  /** Its one argument: the rest of the line, so that it may hold spaces. */
  readonly argument?: CommandArgument;
  readonly run: (context: CommandContext, argument: string) => CommandAnswer | Promise<CommandAnswer>;
}

export interface CommandArgument {
  /** In capitals, for the usage. */
  readonly name: string;
  /** What it names, in a sentence. */
  readonly noun: Text;
  readonly required: boolean;
  /** All that it can be, or with {@link isFree} what completion offers. */
  readonly values: (bridge: OperatedBridge) => readonly string[];
  /** It may be anything. Default false. */
  readonly isFree?: boolean;
}

/** `reconnect NAME`, `help [COMMAND]`. */
export function usageOf({ name, argument }: Command): string {
  if (argument === undefined) return name;
  return `${name} ${argument.required ? argument.name : `[${argument.name}]`}`;
}

export function tableOptions({ columns, speak }: CommandContext): TableOptions & { readonly speak: Speak } {
  return { speak, ...(columns === undefined ? {} : { maxWidth: columns }) };
}

export function ok(lines: readonly Words[]): CommandAnswer {
  return { kind: 'ok', lines };
}

export function failed(lines: readonly Words[]): CommandAnswer {
  return { kind: 'failed', lines };
}
