import type { Cleanup } from '../support/cleanup.ts';

/** Runs `work` with a list for its clean-up functions. Afterwards runs all of them, the newest first. */
export async function inScope<T>(work: (scope: Cleanup) => Promise<T>): Promise<T> {
  const cleanups: (() => Promise<void> | void)[] = [];
  const failures: unknown[] = [];
  let result: T | undefined;
  try {
    result = await work({ after: (cleanup) => void cleanups.push(cleanup) });
  } catch (error) {
    failures.push(error);
  }
  for (const cleanup of cleanups.reverse()) {
    try {
      await cleanup();
    } catch (error) {
      failures.push(error);
    }
  }
  // The first failure explains the others.
  if (failures.length > 0) throw failures[0];
  return result as T;
}
