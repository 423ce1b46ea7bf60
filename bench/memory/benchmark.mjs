import { setTimeout as delay } from 'node:timers/promises';
import { SELF_ID } from '../load/events.mjs';
import { BotRig } from '../support/bot-rig.mjs';
import { summarise } from '../support/statistics.mjs';
import { table } from '../support/table.mjs';
import { atMost, once } from '../support/targets.mjs';

export const name = 'memory';
export const summary = 'the daemon at its start, with idle links, with events waiting, and through a million events';

/** Events between the two looks at the heap. */
const QUEUED = 100_000;
const MILLION = 1_000_000;
const RATE = 25_000;
/** Of the million; what comes before the first is warm-up. */
const SAMPLES = 20;
const WARM_UP_SAMPLES = 5;

/** @param {import('../options.mjs').Options} options */
export async function run({ checkout, say }) {
  const start = await memoryOf({ checkout, selfIds: [], links: 0 });
  const idle = await memoryOf({ checkout, selfIds: [SELF_ID], links: 200 });
  const perQueued = await heapPerQueuedEvent(checkout);
  const { samples, drift } = await million(checkout);
  const rows = [
    ['RSS at the start, MiB', start.rssMib],
    ['RSS with 200 idle links, MiB', idle.rssMib],
    ['heap per event that waits, bytes', perQueued],
    [`RSS through ${MILLION} events to 10 servers, MiB`, samples.at(-1)],
    ['drift of the RSS after warm-up, %', drift],
  ];
  say(
    `\n${table(
      ['', ''],
      rows.map(([what, value]) => [what, value.toFixed(1)]),
    )}`,
  );
  const targets = [
    atMost('memory at the start, MiB', once(start.rssMib), 90),
    atMost('memory with 200 idle links, MiB', once(idle.rssMib), 120),
    atMost('heap per queued event, bytes', once(perQueued), 64),
    atMost('drift of memory through 1,000,000 events to 10 servers, %', once(drift), 10),
  ];
  return { start, idle, perQueued, samples, targets };
}

/** A second after it is up, nothing forced. */
async function memoryOf(options) {
  const rig = new BotRig(options);
  try {
    await rig.start();
    await delay(1_000);
    return rig.memory;
  } finally {
    await rig.stop();
  }
}

/**
 * What an event that waits costs in the heap, once its bytes are on disk alone: the difference of two queues of a server
 * that is away, after a collection.
 */
async function heapPerQueuedEvent(checkout) {
  const server = { protocol: 'websocket', host: '127.0.0.1', port: 9 };
  const settings = () => ({
    server_list: { away: { ...server, queue: { max_events: 1_000_000, max_bytes: '1GiB' } } },
  });
  const rig = new BotRig({ checkout, selfIds: [SELF_ID], links: 0, settings });
  try {
    await rig.start();
    // Past the 64 MiB that are held in memory.
    await rig.measure({ ms: 5_000, rate: RATE, deliveriesPerEvent: 0 });
    await delay(500);
    const before = await rig.look();

    await rig.measure({ ms: (QUEUED / RATE) * 1e3, rate: RATE, deliveriesPerEvent: 0 });
    await delay(500);
    const after = await rig.look();
    return (after.heapUsed - before.heapUsed) / QUEUED;
  } finally {
    await rig.stop();
  }
}

async function million(checkout) {
  const rig = new BotRig({ checkout, selfIds: [SELF_ID], links: 10 });
  const samples = [];
  try {
    await rig.start();
    const ms = (MILLION / SAMPLES / RATE) * 1e3;
    for (let n = 0; n < SAMPLES; n += 1) {
      const { rssMib } = await rig.measure({ ms, rate: RATE, deliveriesPerEvent: 10 });
      samples.push(rssMib);
    }
  } finally {
    await rig.stop();
  }
  const settled = samples.slice(WARM_UP_SAMPLES);
  const half = settled.length >> 1;
  const first = summarise(settled.slice(0, half)).median;
  const last = summarise(settled.slice(half)).median;
  return { samples, drift: Math.max(0, (last / first - 1) * 100) };
}
