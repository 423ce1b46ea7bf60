/**
 * Milliseconds since the epoch that never jump: wall clock of the start plus what has passed since. For ages and
 * waits; the log lines and OneBot's `time` take `Date.now()`.
 */
export function steadyNow(): number {
  return performance.timeOrigin + performance.now();
}
