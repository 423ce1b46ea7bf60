import { setTimeout as delay } from 'node:timers/promises';

export interface EventuallyOptions {
  /** How long to go on trying before the last failure is thrown. Default 10 s. */
  readonly deadlineMs?: number;
  /** Pause between two tries. Default 10 ms. */
  readonly everyMs?: number;
}

/**
 * Tries `check` until it neither throws nor returns `false`, and gives back what it returned. At the deadline it fails
 * with what the last try said.
 */
export async function eventually<T>(check: () => T | Promise<T>, options: EventuallyOptions = {}): Promise<T> {
  const { deadlineMs = 10_000, everyMs = 10 } = options;
  const end = performance.now() + deadlineMs;
  for (;;) {
    let failure: unknown;
    try {
      const result = await check();
      if (result !== false) return result;
      failure = new Error(`still false: ${check.toString()}`);
    } catch (error) {
      failure = error;
    }
    if (performance.now() >= end) throw failure;
    await delay(everyMs);
  }
}
