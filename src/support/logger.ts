import type { Words } from './text.ts';

/**
 * What a room needs of a logger. The winston one lives in `telemetry/`; tests pass {@link silentLogger}.
 *
 * The message is a constant sentence in English, values go into fields, so that equal lines can be folded and searched. It
 * is its own key in the catalogues of other languages; a {@link Text} has values in it and is for what comes once.
 * `error`: an event is lost or the operator must act. `warn`: unexpected, nothing lost. `info`: start, stop,
 * reload, connect, disconnect. `debug`: per event, and only behind {@link Logger.debugEnabled}.
 */
export interface Logger {
  /** Whether debug lines are printed. Read it before building the fields of a per-event line. */
  readonly debugEnabled: boolean;
  error(message: Words, fields?: LogFields): void;
  warn(message: Words, fields?: LogFields): void;
  info(message: Words, fields?: LogFields): void;
  debug(message: Words, fields?: LogFields): void;
  /** A logger that adds `fields` (`bot`, `server`, ...) to each of its lines. */
  child(fields: LogFields): Logger;
}

export type LogFields = Readonly<Record<string, unknown>>;

/** Drops every line. */
export const silentLogger: Logger = {
  debugEnabled: false,
  error() {},
  warn() {},
  info() {},
  debug() {},
  child: () => silentLogger,
};
