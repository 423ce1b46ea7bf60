import { readFileSync } from 'node:fs';
import { isPlausibleWallClock, steadyNow } from '../../support/clock.ts';

/** The clocks at one moment of a run. Each commit writes them to disk. */
export interface ClockReading {
  /** The store's own time. See {@link StoreClock}. */
  readonly storeMs: number;
  /** The wall clock, milliseconds since the epoch. It may be wrong. */
  readonly wallMs: number;
  /** The system's monotonic clock, in milliseconds. It starts at some time before the first process. */
  readonly upMs: number;
  /** Identifies one boot of the machine. Empty where the system does not tell. */
  readonly boot: string;
}

/**
 * The store's own time. Events are dated by it on disk, so that their ages stay right when somebody corrects the wall
 * clock.
 *
 * The store's time begins as the wall clock of the first run, and then follows the monotonic clock. Between two runs it
 * advances by the time that has certainly passed: by the monotonic clock where both runs are of one boot; otherwise by
 * the wall clock, if both readings are plausible and in order; otherwise not at all. So an event never seems older than
 * it is known to be, whatever year the clock shows.
 */
export class StoreClock {
  readonly #sources: () => Omit<ClockReading, 'storeMs'>;
  readonly #steadyNow: () => number;
  /** The store's time minus `steadyNow()`. */
  readonly #offsetMs: number;

  constructor({ last, newestEventMs = 0, sources = systemClocks, steady = steadyNow }: StoreClockOptions) {
    this.#sources = sources;
    this.#steadyNow = steady;
    const now = sources();
    // Version 1.0.0 left no reading and dated events by the wall clock. Its newest event shows when that version last
    // ran.
    const before = last ?? { storeMs: newestEventMs, wallMs: newestEventMs, upMs: 0, boot: '' };
    const isFirst = last === undefined && newestEventMs === 0;
    const startMs = isFirst ? now.wallMs : Math.max(newestEventMs, before.storeMs + passedBetween(before, now));
    this.#offsetMs = startMs - steady();
  }

  now(): number {
    return this.#steadyNow() + this.#offsetMs;
  }

  reading(): ClockReading {
    return { storeMs: this.now(), ...this.#sources() };
  }
}

export interface StoreClockOptions {
  /** Absent in a new store and in a store of version 1.0.0. */
  readonly last: ClockReading | undefined;
  /** When the newest event in the store was appended, by the store's time. Absent when the store has no event. */
  readonly newestEventMs?: number | undefined;
  /** Default: the clocks of this system. */
  readonly sources?: () => Omit<ClockReading, 'storeMs'>;
  /** Default `steadyNow`. */
  readonly steady?: () => number;
}

/** Milliseconds that have certainly passed between two readings, which may be of two runs. */
function passedBetween(before: ClockReading, now: Omit<ClockReading, 'storeMs'>): number {
  const isSameBoot = before.boot !== '' && before.boot === now.boot;
  if (isSameBoot && now.upMs >= before.upMs) return now.upMs - before.upMs;
  if (!isPlausibleWallClock(before.wallMs) || !isPlausibleWallClock(now.wallMs)) return 0;
  return Math.max(0, now.wallMs - before.wallMs);
}

function systemClocks(): Omit<ClockReading, 'storeMs'> {
  return { wallMs: Date.now(), upMs: Number(process.hrtime.bigint() / 1_000_000n), boot: BOOT };
}

/** The id of the boot on Linux. Other systems have no id that stays the same when somebody sets the clock. */
function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return '';
  }
}

const BOOT = bootId();

/** Writes a reading as text. {@link decodeReading} reads it back and returns undefined for any other text. */
export function encodeReading(reading: ClockReading): string {
  return JSON.stringify(reading);
}

export function decodeReading(text: string): ClockReading | undefined {
  try {
    const { storeMs, wallMs, upMs, boot } = JSON.parse(text) as Partial<Record<keyof ClockReading, unknown>>;
    const isWhole = [storeMs, wallMs, upMs].every(Number.isFinite) && typeof boot === 'string';
    return isWhole ? ({ storeMs, wallMs, upMs, boot } as ClockReading) : undefined;
  } catch {
    return undefined;
  }
}
