const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

/** A size in the unit that keeps it short, `1.5 KiB`; from bytes. */
export function sizeText(bytes: number): string {
  let amount = bytes;
  let unit = 0;
  // What would be shown as 1024.0 is 1.0 of the next unit.
  while (amount >= (unit === 0 ? 1_024 : 1_023.95) && unit < UNITS.length - 1) {
    amount /= 1_024;
    unit += 1;
  }
  return `${unit === 0 ? amount : amount.toFixed(1)} ${UNITS[unit]}`;
}
