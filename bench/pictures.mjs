// Draws the curves of the newest results into docs/images/: `node bench/pictures.mjs`.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lineChart } from './support/line-chart.mjs';

const target = join(import.meta.dirname, '..', 'docs', 'images');

/** The newest result of that benchmark, of whichever run. */
function newest(name) {
  const folder = join(import.meta.dirname, 'results');
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
  for (const file of files.sort().reverse()) {
    const { results } = JSON.parse(readFileSync(join(folder, file), 'utf8'));
    if (results[name] !== undefined) return results[name];
  }
  throw new Error(`there is no result of ${name}: npm run bench -- ${name}`);
}

const { servers, queues, sizes } = newest('curves');
const { samples } = newest('memory');
const pictures = {
  'cost-by-servers': lineChart({ title: 'µs CPU per delivery by number of servers', points: servers }),
  'cost-by-queue': lineChart({ title: 'µs CPU per delivery by events that wait', points: queues }),
  'cost-by-size': lineChart({ title: 'µs CPU per delivery by bytes of the event', points: sizes }),
  'memory-of-a-million': lineChart({
    title: 'resident MiB by thousands of events, 10 servers',
    points: samples.map((y, n) => ({ x: ((n + 1) * 1_000) / samples.length, y })),
    isLinear: true,
  }),
};
mkdirSync(target, { recursive: true });
for (const [name, picture] of Object.entries(pictures)) writeFileSync(join(target, `${name}.svg`), picture);
