import { Rig } from '../end-to-end/rig.mjs';
import { startQqbridge } from '../peers/qqbridge.mjs';
import { startSeed } from '../peers/start-seed.mjs';
import { contest, describePeers, ratio } from '../support/contest.mjs';
import { atLeast } from '../support/targets.mjs';

export const name = 'seed';
export const summary =
  'HTTP reports to 16 servers of one protocol, and the same through a bridge of the shape of QQBridge.py';

const SERVERS = 16;
const CONNECTIONS = 64;
const TARGET = 20;

const COLUMNS = [
  ['events/s', 'eventsPerS'],
  ['deliveries/s', 'deliveriesPerS'],
  ['204 p99 ms', 'p99Ms'],
  ['µs CPU/delivery', 'cpuMicrosPerDelivery'],
  ['RSS MiB', 'rssMib'],
];

/** @param {import('../options.mjs').Options} options */
export async function run({ rounds, ms, checkout, say }) {
  const parts = [];
  const targets = [];
  for (const protocol of ['websocket', 'http']) {
    const contenders = [
      { name: 'qqbridge', start: (place) => startQqbridge({ checkout }, place) },
      { name: 'naive-seed', start: startSeed },
    ].map((peer) => ({ name: peer.name, start: () => start(peer, { protocol, ms }) }));
    const peers = await contest(contenders, { rounds });
    say(describePeers(`${protocol}, ${SERVERS} servers`, peers, COLUMNS));
    parts.push({ protocol, peers });
    const measured = ratio(peers, 'deliveriesPerS', ['qqbridge', 'naive-seed']);
    targets.push(
      atLeast(`QQBridge.py’s shape, ${SERVERS} ${protocol} servers: deliveries/s over it`, measured, TARGET),
    );
  }
  return { parts, targets };
}

async function start(peer, { protocol, ms }) {
  const rig = new Rig(peer, { serverCount: SERVERS, connections: CONNECTIONS, protocol });
  await rig.start();
  return {
    measure: () => rig.measure({ ms }),
    stop: async () => {
      const verdict = await rig.verdict();
      await rig.stop();
      if (!verdict.isRight) throw new Error(`${peer.name}, ${protocol}: ${JSON.stringify(verdict)}`);
    },
  };
}
