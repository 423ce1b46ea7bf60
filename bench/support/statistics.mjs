/**
 * Median with its spread over the rounds.
 *
 * @typedef {{ median: number, min: number, max: number }} Summary
 * @returns {Summary}
 */
export function summarise(values) {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
  return { median: quantile(sorted, 0.5), min: sorted[0] ?? Number.NaN, max: sorted.at(-1) ?? Number.NaN };
}

/** @param {ArrayLike<number>} sorted ascending */
export function quantile(sorted, share) {
  if (sorted.length === 0) return Number.NaN;
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))];
}

/** `12.3 k`, `4.56`: three digits that matter. */
export function short(value) {
  if (!Number.isFinite(value)) return '-';
  if (value >= 999_500) return `${three(value / 1e6)} M`;
  if (value >= 9_995) return `${three(value / 1e3)} k`;
  return three(value);
}

/** `12.3 k [11.9 k..12.8 k]` */
export function withSpread({ median, min, max }) {
  return `${short(median)} [${short(min)}..${short(max)}]`;
}

function three(value) {
  if (value >= 100) return value.toFixed(0);
  return value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
