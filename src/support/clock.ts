/**
 * Milliseconds that never jump: the wall clock of the start, in milliseconds since the epoch, plus what has passed since.
 * For ages and waits, and for moments whose age is asked for (`since`, `nextTryAt`): where the wall clock is set during the
 * run, no length of time changes. Log lines, OneBot's `time` and what a person reads as a date take `Date.now()`.
 */
export function steadyNow(): number {
  return performance.timeOrigin + performance.now();
}

/** What the wall clock, as it is set now, says of a moment of {@link steadyNow}. */
export function wallTimeOf(steadyMs: number): number {
  return Date.now() - (steadyNow() - steadyMs);
}

/** Whether a wall clock may be right that shows so many milliseconds since the epoch. */
export function isPlausibleWallClock(ms: number): boolean {
  return ms >= EARLIEST_MS && ms < LATEST_MS;
}

/** No clock that is right shows a time before this program was written, or half a century after it. */
const EARLIEST_MS = Date.UTC(2025, 0, 1);
const LATEST_MS = Date.UTC(2075, 0, 1);
