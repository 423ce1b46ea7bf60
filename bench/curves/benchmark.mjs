import { join } from 'node:path';
import { sendingRig } from '../fan-out/rig.mjs';
import { Child } from '../support/child.mjs';
import { newFolder } from '../support/scratch.mjs';
import { Sink } from '../support/sink.mjs';
import { short, summarise } from '../support/statistics.mjs';
import { table } from '../support/table.mjs';
import { atMost, once } from '../support/targets.mjs';

export const name = 'curves';
export const summary =
  'what a delivery costs against the number of servers, the length of the queue, the size of the event';

const SERVERS = [1, 2, 5, 10, 20, 50, 100, 200, 400];
const QUEUES = [1_000, 3_000, 10_000, 30_000, 100_000, 300_000];
const SIZES = [512, 1024, 4096, 16_384, 65_536, 262_144, 1_048_576, 4_194_304];
/** A point may cost so many times what the one before costs by its law; more is a cliff. */
const CLIFF = 2;

/** @param {import('../options.mjs').Options} options */
export async function run({ rounds, checkout, say }) {
  const ms = 500;
  const servers = [];
  for (const serverCount of SERVERS) {
    const figures = await sent({ serverCount, burst: 4, checkout, ms }, Math.min(rounds, 2));
    servers.push({ x: serverCount, y: figures.cpuMicrosPerDelivery });
  }
  const sizes = [];
  for (const bytes of SIZES) {
    const figures = await sent({ serverCount: 10, burst: 1, bytes, checkout, ms }, Math.min(rounds, 2));
    sizes.push({ x: bytes, y: figures.cpuMicrosPerDelivery });
  }
  const queues = [];
  for (const queued of QUEUES) queues.push({ x: queued, y: await drained(queued, checkout) });
  const curves = { servers, sizes, queues };
  for (const [title, points] of Object.entries(curves)) {
    const rows = points.map(({ x, y }) => [String(x), short(y)]);
    say(`\n${table([title, 'µs CPU/delivery'], rows)}`);
  }
  const targets = [
    atMost('cost of a delivery against the number of servers: largest step up', once(largestStep(servers)), CLIFF),
    atMost('cost of a delivery against the length of the queue: largest step up', once(largestStep(queues)), CLIFF),
    atMost('cost of a byte against the size of the event: largest step up', once(largestStep(perByte(sizes))), CLIFF),
  ];
  return { ...curves, targets };
}

async function sent(options, rounds) {
  const { start } = sendingRig({ sender: 'qqbridge', ...options });
  const { measure, stop } = await start();
  try {
    await measure();
    const figures = [];
    for (let round = 0; round < rounds; round += 1) figures.push(await measure());
    return { cpuMicrosPerDelivery: summarise(figures.map((figure) => figure.cpuMicrosPerDelivery)).median };
  } finally {
    await stop();
  }
}

/** What each costs when so many wait for one server that comes back. */
async function drained(queued, checkout) {
  const sink = new Sink({ light: true });
  await sink.start();
  const what = { sinkPort: sink.port, queued, checkout, home: newFolder('queue') };
  const args = [join(import.meta.dirname, 'drain.mjs'), JSON.stringify(what)];
  const child = new Child({ name: 'drain', command: process.execPath, args });
  try {
    await child.answer();
    const { cpuMicros } = await child.ask('drain');
    return cpuMicros / queued;
  } finally {
    await child.stop();
    await sink.stop();
  }
}

function largestStep(points) {
  return Math.max(...points.slice(1).map(({ y }, n) => y / points[n].y));
}

function perByte(points) {
  return points.map(({ x, y }) => ({ x, y: y / x }));
}
