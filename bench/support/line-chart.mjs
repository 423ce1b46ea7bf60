import { short } from './statistics.mjs';

const WIDTH = 560;
const HEIGHT = 320;
const LEFT = 60;
const RIGHT = 20;
const TOP = 40;
const BOTTOM = 40;

/**
 * One line as an SVG, both axes logarithmic, so that what grows linearly is a straight line. `isLinear`: both from zero.
 *
 * @param {{ title: string, points: { x: number, y: number }[], isLinear?: boolean }} chart
 */
export function lineChart({ title, points, isLinear = false }) {
  const across = scale(
    points.map(({ x }) => x),
    { from: LEFT, to: WIDTH - RIGHT, isLinear },
  );
  const up = scale(
    points.map(({ y }) => y),
    { from: HEIGHT - BOTTOM, to: TOP, isLinear },
  );
  const path = points.map(({ x, y }) => `${across.at(x)},${up.at(y)}`).join(' ');
  const dots = points.map(({ x, y }) => `<circle cx="${across.at(x)}" cy="${up.at(y)}" r="3"/>`);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="sans-serif" font-size="12">`,
    `<title>${title}</title>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#fff"/>`,
    `<text x="${LEFT}" y="22" font-size="14">${title}</text>`,
    ...across.ticks.map(
      (x) =>
        `<path d="M${across.at(x)} ${TOP}V${HEIGHT - BOTTOM}" stroke="#ddd"/>` +
        `<text x="${across.at(x)}" y="${HEIGHT - BOTTOM + 18}" text-anchor="middle">${short(x)}</text>`,
    ),
    ...up.ticks.map(
      (y) =>
        `<path d="M${LEFT} ${up.at(y)}H${WIDTH - RIGHT}" stroke="#ddd"/>` +
        `<text x="${LEFT - 6}" y="${up.at(y) + 4}" text-anchor="end">${short(y)}</text>`,
    ),
    `<polyline points="${path}" fill="none" stroke="#1668b8" stroke-width="2"/>`,
    `<g fill="#1668b8">${dots.join('')}</g>`,
    '</svg>\n',
  ].join('\n');
}

function scale(values, { from, to, isLinear }) {
  const largest = Math.max(...values);
  const place = isLinear ? (value) => value : (value) => Math.log10(value);
  const low = isLinear ? 0 : Math.floor(place(Math.min(...values)));
  const high = isLinear ? largest * 1.1 : Math.ceil(place(largest));
  const at = (value) => Math.round(from + ((place(value) - low) / (high - low)) * (to - from));
  const ticks = isLinear
    ? [0, 0.25, 0.5, 0.75, 1].map((share) => share * largest)
    : Array.from({ length: high - low + 1 }, (_, n) => 10 ** (low + n));
  return { at, ticks };
}
