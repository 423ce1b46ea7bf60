import { table } from './table.mjs';

/** @param {ReturnType<import('./cpu-profile.mjs').hotspots>} profile */
export function describeProfile({ idleShare, self, own }) {
  const rows = (functions) =>
    functions.map(({ name: fn, place, share }) => [`${(share * 100).toFixed(1)} %`, fn, place]);
  const idle = `idle for ${(idleShare * 100).toFixed(0)} % of the run, its start and the pauses included`;
  return [
    `qqbridge's main thread by self time (${idle}):`,
    table(['share', 'function', 'place'], rows(self)),
    '\nits own functions with all they call:',
    table(['share', 'function', 'place'], rows(own)),
  ].join('\n');
}
