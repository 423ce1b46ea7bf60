import { once } from 'node:events';
import type { Logger } from '../../support/logger.ts';
import { type Speak, text } from '../../support/text.ts';
import type { CommandContext, Follow } from '../command.ts';
import { completeCommand, MAX_COMMAND_LENGTH, runCommand } from '../command-line.ts';
import type { OperatedBridge } from '../types.ts';
import { LineSplitter } from './line-splitter.ts';
import { paintAnswer } from './paint.ts';
import { Prompt } from './prompt.ts';

/** The half of the log that shares the terminal with the prompt. */
export interface LogLines {
  /** Hands each line to `print` from now on; without one, to the output again. */
  printThrough(print: ((line: string) => void) | undefined): void;
}

export interface ConsoleOptions {
  readonly bridge: OperatedBridge;
  readonly logger: Logger;
  readonly speak: Speak;
  readonly logLines: LogLines;
  /** What ctrl-C does: the same as SIGINT. */
  readonly interrupt: () => void;
  readonly input: NodeJS.ReadStream;
  readonly output: NodeJS.WriteStream;
}

/**
 * Carries the operator's lines to the commands and their answers back: with editing, history and completion where both
 * ends are a terminal, as plain lines otherwise. The end of the input ends nothing but the input, and an output that
 * breaks breaks nothing else.
 */
export class OperatorConsole {
  readonly #options: ConsoleOptions;
  readonly #splitter = new LineSplitter(MAX_COMMAND_LENGTH);
  readonly #prompt: Prompt | undefined;
  #stopped = false;
  /** How many lines have come, whatever they hold. */
  #lines = 0;
  /** Ends what the last command goes on to print. */
  #endFollowing: (() => void) | undefined;

  constructor(options: ConsoleOptions) {
    this.#options = options;
    const { input, output, bridge } = options;
    if (input.isTTY !== true || output.isTTY !== true) return;
    this.#prompt = new Prompt({
      input,
      output,
      complete: (line) => completeCommand(line, bridge),
      onLine: (line) => void this.#answer(line),
      onInterrupt: () => this.#interrupt(),
      onEnd: () => this.#print(options.speak(text`The daemon keeps running: type stop, or press ctrl-C, to end it.`)),
    });
  }

  start(): void {
    const { input, output, logLines } = this.#options;
    input.on('error', this.#onInputGone);
    output.on('error', this.#onOutputGone);
    if (this.#prompt !== undefined) {
      const prompt = this.#prompt;
      prompt.open();
      logLines.printThrough((line) => prompt.print(line));
      return;
    }
    input.on('data', this.#onData);
    input.on('end', this.#onEnd);
  }

  /** Lets go of the input, so that it does not keep the process alive, and leaves the terminal as it was. */
  stop(): void {
    const { input, logLines } = this.#options;
    this.#stopped = true;
    this.#unfollow();
    this.#prompt?.close();
    logLines.printThrough(undefined);
    input.off('data', this.#onData);
    input.off('end', this.#onEnd);
    input.pause();
    // A paused pipe still reads ahead, which would hold the process. A file has no `unref`, but an end.
    if (typeof input.unref === 'function') input.unref();
  }

  readonly #onData = (chunk: Buffer): void => {
    this.#options.input.pause();
    void this.#answerAll(this.#splitter.take(chunk));
  };

  readonly #onEnd = (): void => {
    void this.#answerAll(this.#splitter.rest());
  };

  readonly #onInputGone = (error: Error): void => {
    this.#prompt?.close();
    this.#options.logger.debug('the console has no input any more', { error });
  };

  /** Nothing to do but to stay alive: the log goes on in its file. */
  readonly #onOutputGone = (error: Error): void => {
    this.#options.logger.debug('the console has no output any more', { error });
  };

  /** One command after the other, as they were given; the input is taken again when all are answered. */
  async #answerAll(lines: readonly string[]): Promise<void> {
    for (const line of lines) {
      await this.#answer(line);
      await this.#drained();
    }
    if (!this.#stopped) this.#options.input.resume();
  }

  /** Whatever the line holds, it ends what the one before goes on to print. */
  async #answer(line: string): Promise<void> {
    this.#unfollow();
    this.#lines += 1;
    const ordinal = this.#lines;
    if (line.trim() === '') return;
    const result = await runCommand(line, this.#context());
    const lines = result.kind === 'wrong' ? [result.line] : result.lines;
    for (const each of this.#hasColours ? paintAnswer(result.kind, lines, this.#options.speak) : lines)
      this.#print(each);
    // On a terminal the next line may have come meanwhile.
    const isLast = ordinal === this.#lines && !this.#stopped;
    if (isLast && result.kind === 'ok' && result.follow !== undefined) this.#follow(result.follow);
  }

  /** It goes on after the end of a piped input, as the daemon does. */
  #follow(follow: Follow): void {
    const { output } = this.#options;
    this.#endFollowing = follow((line) => {
      if (output.writableNeedDrain) return false;
      this.#print(line);
      return true;
    });
  }

  #unfollow(): void {
    const end = this.#endFollowing;
    this.#endFollowing = undefined;
    end?.();
  }

  /** Who watches events go by and presses ctrl-C wants to see no more of them, and not to stop the daemon. */
  #interrupt(): void {
    if (this.#endFollowing === undefined) this.#options.interrupt();
    else this.#unfollow();
  }

  /** On a terminal that has them, unless `NO_COLOR` is set; Node knows both. */
  get #hasColours(): boolean {
    return this.#prompt !== undefined && this.#options.output.hasColors?.() === true;
  }

  #context(): CommandContext {
    const { bridge, logger, speak, output } = this.#options;
    const base = { bridge, logger, speak, origin: 'console' } as const;
    // A terminal that does not know its width says 0.
    return this.#prompt !== undefined && output.columns > 0 ? { ...base, columns: output.columns } : base;
  }

  #print(line: string): void {
    if (this.#prompt === undefined) this.#options.output.write(`${line}\n`);
    else this.#prompt.print(line);
  }

  /** Answers pile up where nobody reads them; so no command is taken before the last answer has gone. */
  async #drained(): Promise<void> {
    const { output } = this.#options;
    if (!output.writableNeedDrain) return;
    await once(output, 'drain').catch(() => {
      // The output broke, and with it all waiting for it.
    });
  }
}
