/** The log can't make an event safe now; whoever has it should keep it. */
export class LogUnavailableError extends Error {
  override readonly name = 'LogUnavailableError';

  constructor(reason: string, cause?: unknown) {
    super(`the event log takes nothing: ${reason}`, cause === undefined ? undefined : { cause });
  }
}
