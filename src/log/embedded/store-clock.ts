import { readFileSync } from 'node:fs';
import { isPlausibleWallClock, steadyNow } from '../../support/clock.ts';

/** What the clocks said at one moment of a run, as it lies on disk with each commit. */
export interface ClockReading {
  /** The store's own time, see {@link StoreClock}. */
  readonly storeMs: number;
  /** The wall clock, milliseconds since the epoch; it may be wrong. */
  readonly wallMs: number;
  /** Milliseconds of the system's monotonic clock, which begins at some time before the first process. */
  readonly upMs: number;
  /** Tells one boot of a machine from all others; empty where the system does not tell. */
  readonly boot: string;
}

/**
 * The store's own time, by which events are dated on disk, so that their ages outlive a correction of the wall clock.
 *
 * It begins as the wall clock of the first run and counts by the monotonic clock from then on. Between two runs it
 * advances by what is known to have passed: by the monotonic clock where both are of one boot; otherwise by the wall
 * clock, where both readings are plausible and in order; otherwise by nothing. So an event never seems older than it
 * is known to be, whatever year the clock shows.
 */
export class StoreClock {
  readonly #sources: () => Omit<ClockReading, 'storeMs'>;
  readonly #steadyNow: () => number;
  /** What has to be added to `steadyNow()`. */
  readonly #offsetMs: number;

  constructor({ last, newestEventMs = 0, sources = systemClocks, steady = steadyNow }: StoreClockOptions) {
    this.#sources = sources;
    this.#steadyNow = steady;
    const now = sources();
    // Version 1.0.0 left no reading; it dated events by the wall clock, and the newest one tells when it was alive.
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
  /** Absent in a new store and in one of version 1.0.0. */
  readonly last: ClockReading | undefined;
  /** When the newest event in the store was appended, by the store's time; absent when there is none. */
  readonly newestEventMs?: number | undefined;
  /** Default: those of this system. */
  readonly sources?: () => Omit<ClockReading, 'storeMs'>;
  /** Default `steadyNow`. */
  readonly steady?: () => number;
}

/** Milliseconds that are known to have passed from one reading to a later one, which may be of another run. */
function passedBetween(before: ClockReading, now: Omit<ClockReading, 'storeMs'>): number {
  const isSameBoot = before.boot !== '' && before.boot === now.boot;
  if (isSameBoot && now.upMs >= before.upMs) return now.upMs - before.upMs;
  if (!isPlausibleWallClock(before.wallMs) || !isPlausibleWallClock(now.wallMs)) return 0;
  return Math.max(0, now.wallMs - before.wallMs);
}

function systemClocks(): Omit<ClockReading, 'storeMs'> {
  return { wallMs: Date.now(), upMs: Number(process.hrtime.bigint() / 1_000_000n), boot: BOOT };
}

/** Linux tells; other systems have no id that a change of the clock leaves as it is. */
function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return '';
  }
}

const BOOT = bootId();

/** A reading as text, and back; undefined for what is none. */
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
