import { BotRig } from '../support/bot-rig.mjs';
import { describePeers } from '../support/contest.mjs';
import { summarise } from '../support/statistics.mjs';
import { atLeast, atMost } from '../support/targets.mjs';

export const name = 'many-bots';
export const summary = '1,000 bots on WebSockets, one server for all of them and 200 for each of ten';

const BOTS = 1_000;
const POPULAR = 10;
const SERVERS_OF_POPULAR = 200;
/** In all; past the first it is found out where it stops. */
const RATES = [20_000, 30_000, 40_000];

const COLUMNS = [
  ['events/s', 'eventsPerS'],
  ['deliveries/s', 'deliveriesPerS'],
  ['not taken in time', 'late'],
  ['behind at the end, ms', 'behindMs'],
  ['cores', 'cores'],
  ['of the main thread', 'coresOfMainThread'],
  ['loop delay p99 ms', 'loopP99Ms'],
  ['RSS MiB', 'rssMib'],
];

/** @param {import('../options.mjs').Options} options */
export async function run({ rounds, ms, checkout, say }) {
  const selfIds = Array.from({ length: BOTS }, (_, n) => String(10_000 + n));
  const links = BOTS + POPULAR * SERVERS_OF_POPULAR;
  const rig = new BotRig({ checkout, selfIds, links, serverCount: 0, settings });
  const levels = [];
  try {
    await rig.start();
    const deliveriesPerEvent = links / BOTS;
    await rig.measure({ ms, rate: RATES[0], deliveriesPerEvent });
    for (const rate of RATES) {
      const figures = [];
      for (let round = 0; round < rounds; round += 1) {
        // As many events of each bot, so that each event goes to so many servers in the mean.
        const wholeMs = Math.round((3 * ms * rate) / 1e3 / BOTS) * ((BOTS * 1e3) / rate);
        figures.push(await rig.measure({ ms: wholeMs, rate, deliveriesPerEvent }));
      }
      const names = Object.keys(figures[0]);
      const medians = Object.fromEntries(names.map((key) => [key, summarise(figures.map((figure) => figure[key]))]));
      levels.push({ name: `${rate / 1e3} k events/s`, rate, rounds: figures, medians });
    }
  } finally {
    await rig.stop();
  }
  say(describePeers(`${links} links`, levels, COLUMNS));
  const [{ medians }] = levels;
  const targets = [
    atLeast('1,000 bots, 200 servers for each of ten: events/s of 20,000', medians.eventsPerS, 0.95 * RATES[0]),
    atMost('1,000 bots: cores of the main thread', medians.coresOfMainThread, 1),
  ];
  return { levels, targets };

  function settings(sinkPort) {
    const entry = { protocol: 'websocket', host: '127.0.0.1', port: sinkPort };
    const popular = { ...entry, bots: selfIds.slice(0, POPULAR) };
    const names = Array.from({ length: SERVERS_OF_POPULAR }, (_, n) => `server-${n}`);
    return { server_list: { all: entry, ...Object.fromEntries(names.map((server) => [server, popular])) } };
  }
}
