import type { LogLevel } from '../config/types.ts';
import type { LogFields, Logger } from '../support/logger.ts';
import type { Words } from '../support/text.ts';

/** The levels from the gravest on. */
export const LEVELS = { error: 0, warn: 1, info: 2, debug: 3 } as const satisfies Record<LogLevel, number>;

/** A line as a room gave it, with the fields of its logger. */
export interface LoggedLine {
  readonly level: LogLevel;
  readonly message: Words;
  readonly fields: LogFields;
}

/** What all loggers of one telemetry share, so that each follows a changed level at once. */
export interface LineSink {
  level: LogLevel;
  readonly take: (line: LoggedLine) => void;
}

/** The {@link Logger} that rooms hold. It costs a debug line nothing but a comparison while debug is off. */
export class BridgeLogger implements Logger {
  readonly #sink: LineSink;
  readonly #fields: LogFields;

  constructor(sink: LineSink, fields: LogFields) {
    this.#sink = sink;
    this.#fields = fields;
  }

  get debugEnabled(): boolean {
    return this.#sink.level === 'debug';
  }

  error(message: Words, fields?: LogFields): void {
    this.#log('error', message, fields);
  }

  warn(message: Words, fields?: LogFields): void {
    this.#log('warn', message, fields);
  }

  info(message: Words, fields?: LogFields): void {
    this.#log('info', message, fields);
  }

  debug(message: Words, fields?: LogFields): void {
    this.#log('debug', message, fields);
  }

  child(fields: LogFields): Logger {
    return new BridgeLogger(this.#sink, { ...this.#fields, ...fields });
  }

  #log(level: LogLevel, message: Words, fields?: LogFields): void {
    if (LEVELS[level] > LEVELS[this.#sink.level]) return;
    this.#sink.take({ level, message, fields: fields === undefined ? this.#fields : { ...this.#fields, ...fields } });
  }
}
