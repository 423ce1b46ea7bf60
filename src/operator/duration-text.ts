import { steadyNow } from '../support/clock.ts';
import { type Text, text } from '../support/text.ts';

const UNITS = [
  { ms: 86_400_000, say: (count: number) => text`${count} d` },
  { ms: 3_600_000, say: (count: number) => text`${count} h` },
  { ms: 60_000, say: (count: number) => text`${count} min` },
  { ms: 1_000, say: (count: number) => text`${count} s` },
] as const;

/** A length of time in its two largest units, `3 h 12 min`; from milliseconds. */
export function durationText(ms: number): Text {
  const first = UNITS.findIndex((unit) => ms >= unit.ms);
  if (first < 0) return text`${0} s`;
  let rest = ms;
  const parts: Text[] = [];
  for (const unit of UNITS.slice(first, first + 2)) {
    const count = Math.floor(rest / unit.ms);
    rest -= count * unit.ms;
    if (count > 0) parts.push(unit.say(count));
  }
  return parts.reduce((larger, smaller) => text`${larger} ${smaller}`);
}

/** How long ago a moment was, milliseconds since the epoch. */
export function ageText(since: number): Text {
  return durationText(steadyNow() - since);
}
