import { Rig } from '../end-to-end/rig.mjs';
import { startQqbridge } from '../peers/qqbridge.mjs';
import { startNaive } from '../peers/start-naive.mjs';
import { contest, describePeers, ratio } from '../support/contest.mjs';
import { Probe } from '../support/probe.mjs';
import { atLeast, atMost } from '../support/targets.mjs';

export const name = 'large-events';
export const summary = 'HTTP reports of 5 MB to N WebSocket servers, one after the other';

const BYTES = 5 * 1024 * 1024;
const EVENTS = 2;

const COLUMNS = [
  ['ms/event', 'msPerEvent'],
  ['longest hold of the loop, ms', 'loopMaxMs'],
  ['µs CPU/event', 'cpuMicrosPerEvent'],
  ['RSS MiB', 'rssMib'],
];

/** @param {import('../options.mjs').Options} options */
export async function run({ rounds, checkout, serversGiven = [10, 50], say }) {
  const parts = [];
  const targets = [];
  for (const serverCount of serversGiven) {
    const bridge = (build, place) => startQqbridge({ checkout, ...build }, place);
    const naive = (build, place) => startNaive(undefined, { ...build, ...place });
    const peers = await contest([contender('qqbridge', bridge, serverCount), contender('naive', naive, serverCount)], {
      rounds,
    });
    const title = `5 MB to ${serverCount} servers`;
    say(describePeers(title, peers, COLUMNS));
    parts.push({ serverCount, peers });
    targets.push(
      atLeast(`${title}: time of naive over its own`, ratio(peers, 'msPerEvent', ['naive', 'qqbridge']), 15),
      atMost(`${title}: longest hold of the loop, ms`, peers[0].medians.loopMaxMs, 25),
    );
  }
  return { parts, targets };
}

function contender(name, startPeer, serverCount) {
  const probe = new Probe();
  const build = { nodeArgs: probe.nodeArgs };
  const rig = new Rig(
    { name, start: (place) => startPeer(build, place) },
    { serverCount, connections: 1, bytes: BYTES },
  );
  const measure = async () => {
    await probe.look(rig.pid);
    let ms = 0;
    let figures;
    let cpuMicros = 0;
    for (let event = 0; event < EVENTS; event += 1) {
      figures = await rig.measure({ events: 1 });
      ms += figures.deliveredMs;
      cpuMicros += figures.cpuMicrosPerEvent;
    }
    const { loopMaxMs } = await probe.look(rig.pid);
    return { msPerEvent: ms / EVENTS, loopMaxMs, cpuMicrosPerEvent: cpuMicros / EVENTS, rssMib: figures.rssMib };
  };
  const start = async () => {
    await rig.start();
    return { measure, stop: () => rig.stop() };
  };
  return { name, start };
}
