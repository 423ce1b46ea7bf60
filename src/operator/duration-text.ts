import { steadyNow } from '../support/clock.ts';

const UNITS = [
  { ms: 86_400_000, name: 'd' },
  { ms: 3_600_000, name: 'h' },
  { ms: 60_000, name: 'min' },
  { ms: 1_000, name: 's' },
] as const;

/** A length of time in its two largest units, `3 h 12 min`; from milliseconds. */
export function durationText(ms: number): string {
  const first = UNITS.findIndex((unit) => ms >= unit.ms);
  if (first < 0) return '0 s';
  let rest = ms;
  const parts: string[] = [];
  for (const unit of UNITS.slice(first, first + 2)) {
    const count = Math.floor(rest / unit.ms);
    rest -= count * unit.ms;
    if (count > 0) parts.push(`${count} ${unit.name}`);
  }
  return parts.join(' ');
}

/** How long ago a moment was, milliseconds since the epoch. */
export function ageText(since: number): string {
  return durationText(steadyNow() - since);
}
