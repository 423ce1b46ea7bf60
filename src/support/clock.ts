/**
 * Milliseconds that never jump: the wall clock at the start of the process, plus the time that has passed since. Use it
 * for ages and waits, and for moments whose age is computed (`since`, `nextTryAt`): they stay right when somebody sets
 * the wall clock during the run. Use `Date.now()` for log lines, OneBot's `time` and dates that a person reads.
 */
export function steadyNow(): number {
  return performance.timeOrigin + performance.now();
}

/** Converts a moment of {@link steadyNow} to the wall clock as it is set now. */
export function wallTimeOf(steadyMs: number): number {
  return Date.now() - (steadyNow() - steadyMs);
}

/** Whether a wall clock with this time, in milliseconds since the epoch, may be right. */
export function isPlausibleWallClock(ms: number): boolean {
  return ms >= EARLIEST_MS && ms < LATEST_MS;
}

/** A clock is wrong if it shows a time before this program was written, or half a century after it. */
const EARLIEST_MS = Date.UTC(2025, 0, 1);
const LATEST_MS = Date.UTC(2075, 0, 1);
