import type { Cleanup } from '../support/cleanup.ts';

/** Runs `work` with a place for what it has to clean up, and cleans all of it up, the newest first. */
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
  // What went wrong first explains the rest.
  if (failures.length > 0) throw failures[0];
  return result as T;
}
