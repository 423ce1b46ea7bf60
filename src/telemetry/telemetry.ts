/**
 * The log: winston behind the {@link Logger} that all rooms know, to the console and to a file that is rotated.
 *
 * Guarantees: no line holds a registered secret; equal warnings and errors of a burst are folded; values from peers
 * stay on their line and are bounded; neither a full disk nor a closed terminal harms the daemon. `app/` makes one per
 * process, before anything else that may want to say something.
 */
import { once } from 'node:events';
import { Writable } from 'node:stream';
import winston from 'winston';
import type { LogConfig } from '../config/types.ts';
import type { Logger } from '../support/logger.ts';
import { inEnglish, type Speak, Text } from '../support/text.ts';
import { BridgeLogger, LEVELS, type LineSink, type LoggedLine } from './bridge-logger.ts';
import { ConsoleStream, type PrintLine } from './console-stream.ts';
import { fieldValues } from './field-values.ts';
import { LineFolder } from './line-folder.ts';
import { jsonLine, type LogRecord, textLine } from './line-format.ts';
import { LogFile, tryLogFile } from './log-file.ts';
import { RecentLines } from './recent-lines.ts';
import { Redactor } from './redactor.ts';

export interface TelemetryOptions {
  /** Default the standard output. */
  readonly output?: NodeJS.WriteStream;
  /** Says the messages, save in JSON. Default in English. */
  readonly speak?: Speak;
  /** True: the file is not touched until {@link Telemetry.beginFile}, and log lines wait until then. Default false. */
  readonly holdsFile?: boolean;
}

const MAX_MESSAGE_LENGTH = 1_000;

/** The whole log of a process. */
export class Telemetry {
  /** The root logger. */
  readonly logger: Logger;

  /** Its end, for the dashboard. */
  readonly recent = new RecentLines();

  readonly #sink: LineSink;
  readonly #console: ConsoleStream;
  readonly #file: LogFile;
  readonly #redactor = new Redactor();
  readonly #folder: LineFolder;
  readonly #winston: winston.Logger;
  readonly #speak: Speak;
  #config: LogConfig;
  #closed = false;

  constructor(config: LogConfig, options: TelemetryOptions = {}) {
    const { output = process.stdout, speak = inEnglish, holdsFile = false } = options;
    // Node itself heeds NO_COLOR and TERM here.
    const colour = output.isTTY === true && output.hasColors();
    this.#config = config;
    this.#speak = speak;
    this.#console = new ConsoleStream(output, speak);
    this.#file = new LogFile(config, {
      report: (level, message, fields) => this.logger[level](message, fields),
      isHeld: holdsFile,
    });
    this.#folder = new LineFolder({ print: (line) => this.#print(line) });
    this.#winston = winston.createLogger({
      levels: LEVELS,
      level: 'debug',
      transports: [
        this.#transport(colour, (line) => this.#console.write(line)),
        this.#transport(false, (line) => this.#file.write(line)),
      ],
    });
    this.#sink = { level: config.level, take: (line) => this.#take(line) };
    this.logger = new BridgeLogger(this.#sink, {});
  }

  /** Replaces the values that no line may show: every token and key of the config. */
  setSecrets(values: Iterable<string>): void {
    this.#redactor.setSecrets(values);
  }

  /** Masks credentials in a text of a peer that is shown elsewhere than in the log. The text may have any length. */
  mask(words: string): string {
    return this.#redactor.mask(words);
  }

  /** `debug on|off`: off is the configured level, or info where that is debug. */
  setDebug(on: boolean): void {
    const { level } = this.#config;
    this.#sink.level = on ? 'debug' : level === 'debug' ? 'info' : level;
  }

  /**
   * Takes up a changed config. A changed level ends `debug on|off`.
   *
   * @returns A function that restores the former settings, `debug on|off` included.
   */
  reconfigure(config: LogConfig): () => void {
    const [before, level] = [this.#config, this.#sink.level];
    if (config.level !== before.level) this.#sink.level = config.level;
    this.#config = config;
    this.#file.configure(config);
    return () => {
      this.#sink.level = level;
      this.#config = before;
      this.#file.configure(before);
    };
  }

  /**
   * Finds out whether a log file can be written.
   *
   * @throws BridgeError HOME_UNWRITABLE.
   */
  async tryFile(file: string): Promise<void> {
    await tryLogFile(file);
  }

  /** Moves the file of the last run away and writes the lines that waited, if the file was held. */
  beginFile(): void {
    this.#file.begin();
  }

  /** Hands the console's lines to `print`, which puts them above its prompt; without one they go out as they are. */
  printThrough(print: PrintLine | undefined): void {
    this.#console.printThrough(print);
  }

  /** Writes out all that was logged. Later lines go to the console alone. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#folder.flush();
    this.#closed = true;
    const finished = once(this.#winston, 'finish');
    this.#winston.end();
    await finished;
    await this.#file.close();
  }

  #take({ level, message, fields }: LoggedLine): void {
    if (level === 'error' || level === 'warn') this.#folder.take({ level, message, fields });
    else this.#print({ level, message, fields });
  }

  #print({ level, message, fields }: LoggedLine): void {
    // JSON is for programs, which know a message by its words.
    const speak = this.#config.json ? inEnglish : this.#speak;
    const redact = (text: string, maxLength: number) => this.#redactor.redact(text, maxLength);
    const record: LogRecord = {
      time: new Date(),
      level,
      message: redact(speak(message instanceof Text ? message : new Text(message)), MAX_MESSAGE_LENGTH),
      values: fieldValues(fields, { redact, speak, stacks: this.#sink.level === 'debug' }),
    };
    this.recent.push(record);
    if (this.#closed) this.#console.write(this.#lineOf(record, false));
    else this.#winston.log({ ...record });
  }

  #transport(colour: boolean, write: PrintLine): winston.transport {
    return new winston.transports.Stream({
      format: winston.format.printf((info) => this.#lineOf(info as unknown as LogRecord, colour)),
      eol: '',
      stream: new Writable({
        decodeStrings: false,
        write(line: string, _encoding, done) {
          write(line);
          done();
        },
      }),
    });
  }

  #lineOf(record: LogRecord, colour: boolean): string {
    return this.#config.json ? jsonLine(record) : textLine(record, colour);
  }
}
