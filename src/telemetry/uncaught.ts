import type { Logger } from '../support/logger.ts';

/** Logs, with its stack, what nobody caught. The caller then closes the telemetry, which writes it to the file. */
export function logUncaught(logger: Logger, error: unknown, origin: 'uncaughtException' | 'unhandledRejection'): void {
  const stack = error instanceof Error ? error.stack : undefined;
  logger.error('an error was not caught', { origin, error, stack });
}
