/**
 * When the store should note what time it is: each minute, and at once when the wall clock has been set. After a crash the age
 * of what waits is then known to a minute at worst, and the last note has a wall clock that was right until the end.
 */
export class NoteOfTime {
  #notedAt = Number.NEGATIVE_INFINITY;
  /** Of the wall clock against the steady one. */
  #aheadMs = Number.NaN;

  /** Called every second or so. */
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
/** Less is the slow correction of a clock that is kept right. */
const JUMP_MS = 1_000;
