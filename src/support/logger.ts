/**
 * What a room needs of a logger. The winston one lives in `telemetry/`; tests pass {@link silentLogger}.
 *
 * The message is a constant sentence, values go into fields, so that equal lines can be folded and searched.
 * `error`: an event is lost or the operator must act. `warn`: unexpected, nothing lost. `info`: start, stop,
 * reload, connect, disconnect. `debug`: per event, and only behind {@link Logger.debugEnabled}.
 */
export interface Logger {
  /** Whether debug lines are printed. Read it before building the fields of a per-event line. */
  readonly debugEnabled: boolean;
  error(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  debug(message: string, fields?: LogFields): void;
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
