/**
 * Decides when the store should note the time: every minute, and at once when somebody has set the wall clock. So after
 * a crash the age of a waiting event is wrong by a minute at most, and the last note has the wall clock as it was at
 * the end.
 */
export class NoteOfTime {
  #notedAt = Number.NEGATIVE_INFINITY;
  /** The wall clock minus the steady clock. */
  #aheadMs = Number.NaN;

  /** Called about every second. */
  isDue(steadyMs: number, wallMs: number): boolean {
    const aheadMs = wallMs - steadyMs;
    const wasSet = Math.abs(aheadMs - this.#aheadMs) > JUMP_MS;
    if (!wasSet && steadyMs - this.#notedAt < EVERY_MS) return false;
    this.#notedAt = steadyMs;
    this.#aheadMs = aheadMs;
    return true;
  }
}

const EVERY_MS = 60_000;
/** A smaller difference is the slow correction of a clock that is kept right. */
const JUMP_MS = 1_000;
