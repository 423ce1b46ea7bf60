import { contest, describePeers, ratio } from '../support/contest.mjs';
import { sinkCeiling } from '../support/sink.mjs';
import { short } from '../support/statistics.mjs';
import { atLeast } from '../support/targets.mjs';
import { sendingRig } from './rig.mjs';

export const name = 'fan-out';
export const summary = 'events into the durable log and out to N WebSocket servers, K in each turn of the event loop';

const SERVERS = [10, 50, 200];
/** By events in each turn: deliveries/s over those of each peer, at least. */
const TARGETS = new Map([
  [1, { naive: 3.3, raw: 0.5 }],
  [16, { naive: 12, raw: 0.35 }],
]);

const COLUMNS = [
  ['deliveries/s', 'deliveriesPerS'],
  ['events/s', 'eventsPerS'],
  ['µs CPU/delivery', 'cpuMicrosPerDelivery'],
  ['cores', 'cores'],
  ['RSS MiB', 'rssMib'],
];

/** @param {import('../options.mjs').Options} options */
export async function run({ rounds, ms, checkout, serversGiven, say }) {
  const ceiling = await sinkCeiling(50, { light: true });
  say(`the sink takes at least ${short(ceiling)} frames/s`);
  const parts = [];
  const targets = [];
  for (const [burst, bounds] of TARGETS) {
    for (const serverCount of serversGiven ?? SERVERS) {
      const rig = (sender) => sendingRig({ sender, serverCount, burst, checkout, ms });
      const peers = await contest(['qqbridge', 'naive', 'raw'].map(rig), { rounds });
      const title = `${burst} a turn to ${serverCount} servers`;
      say(describePeers(title, peers, COLUMNS));
      parts.push({ burst, serverCount, peers });
      for (const [peer, bound] of Object.entries(bounds)) {
        const what = `fan-out, ${title}: deliveries/s over ${peer}`;
        targets.push(atLeast(what, ratio(peers, 'deliveriesPerS', ['qqbridge', peer]), bound));
      }
    }
  }
  return { ceiling, parts, targets };
}
