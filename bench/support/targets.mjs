import { short, withSpread } from './statistics.mjs';
import { table } from './table.mjs';

/**
 * @typedef {{ what: string, measured: import('./statistics.mjs').Summary, wanted: string, isHeld: boolean }} Target
 * @returns {Target}
 */
export function atLeast(what, measured, bound) {
  return { what, measured, wanted: `>= ${short(bound)}`, isHeld: measured.median >= bound };
}

/** @returns {Target} */
export function atMost(what, measured, bound) {
  return { what, measured, wanted: `<= ${short(bound)}`, isHeld: measured.median <= bound };
}

/** A figure that is there once, not in rounds. */
export function once(value) {
  return { median: value, min: value, max: value };
}

export function describeTargets(targets) {
  const rows = targets.map(({ what, measured, wanted, isHeld }) => [
    what,
    withSpread(measured),
    wanted,
    isHeld ? 'held' : 'MISSED',
  ]);
  return table(['target', 'measured', 'wanted', ''], rows);
}
