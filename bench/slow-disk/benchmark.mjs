import { Rig } from '../end-to-end/rig.mjs';
import { startQqbridge } from '../peers/qqbridge.mjs';
import { compiled } from '../support/compiled.mjs';
import { contest, describePeers } from '../support/contest.mjs';
import { Probe } from '../support/probe.mjs';
import { atLeast, atMost } from '../support/targets.mjs';

export const name = 'slow-disk';
export const summary = 'a disk whose every sync takes 8 ms longer, 20,000 HTTP reports/s to one server';

const RATE = 20_000;
const DELAY_MS = 8;
/** Each waits for its commit, and there must be one free when an event is due. */
const CONNECTIONS = 1_000;

const COLUMNS = [
  ['reports/s', 'eventsPerS'],
  ['204 p50 ms', 'p50Ms'],
  ['p99 ms', 'p99Ms'],
  ['loop delay p99 ms', 'loopP99Ms'],
  ['max ms', 'loopMaxMs'],
  ['cores', 'coresOfBridge'],
];

/** @param {import('../options.mjs').Options} options */
export async function run({ rounds, ms, checkout, say }) {
  const library = compiled('slow-sync.c', ['-shared', '-fPIC']);
  const slow = { LD_PRELOAD: library, DELAY_US: String(DELAY_MS * 1_000) };
  const peers = await contest([contender('+8 ms', slow), contender('as it is', {})], { rounds });
  say(describePeers(`${RATE} reports/s are sent`, peers, COLUMNS));
  const [{ medians }] = peers;
  const targets = [
    atLeast('disk at +8 ms per sync: reports/s taken of 20,000', medians.eventsPerS, 0.99 * RATE),
    atMost('disk at +8 ms per sync: loop delay p99, ms', medians.loopP99Ms, 4),
  ];
  return { peers, targets };

  function contender(title, env) {
    const probe = new Probe();
    const build = { checkout, nodeArgs: probe.nodeArgs, env: { ...env, ...probe.env } };
    const rig = new Rig(
      { name: title, start: (place) => startQqbridge(build, place) },
      { serverCount: 1, connections: CONNECTIONS },
    );
    const start = async () => {
      await rig.start();
      return { measure, stop: () => rig.stop() };
    };
    const measure = async () => {
      await probe.look(rig.pid);
      const figures = await rig.measure({ ms, rate: RATE });
      const { loopP99Ms, loopMaxMs } = await probe.look(rig.pid);
      return { ...figures, loopP99Ms, loopMaxMs };
    };
    return { name: title, start };
  }
}
