import { SELF_ID } from '../load/events.mjs';
import { BotRig } from '../support/bot-rig.mjs';
import { compiled } from '../support/compiled.mjs';
import { contest, describePeers } from '../support/contest.mjs';
import { atLeast, atMost } from '../support/targets.mjs';

export const name = 'slow-disk';
export const summary = 'a disk whose every sync takes 8 ms longer, 20,000 events/s of one bot to one server';

const RATE = 20_000;
const DELAY_MS = 8;

const COLUMNS = [
  ['events/s', 'eventsPerS'],
  ['loop delay p99 ms', 'loopP99Ms'],
  ['max ms', 'loopMaxMs'],
  ['behind at the end, ms', 'behindMs'],
  ['cores', 'cores'],
  ['RSS MiB', 'rssMib'],
];

/** @param {import('../options.mjs').Options} options */
export async function run({ rounds, ms, checkout, say }) {
  const library = compiled('slow-sync.c', ['-shared', '-fPIC']);
  const slow = { LD_PRELOAD: library, DELAY_US: String(DELAY_MS * 1_000) };
  const contenders = [
    ['+8 ms', slow],
    ['as it is', {}],
  ].map(([title, env]) => ({ name: title, start: () => start(env) }));
  const peers = await contest(contenders, { rounds });
  say(describePeers(`${RATE} events/s are sent`, peers, COLUMNS));
  const [{ medians }] = peers;
  const targets = [
    atLeast('disk at +8 ms per sync: events/s taken and delivered of 20,000', medians.eventsPerS, 0.98 * RATE),
    atMost('disk at +8 ms per sync: loop delay p99, ms', medians.loopP99Ms, 4),
  ];
  return { peers, targets };

  async function start(env) {
    const rig = new BotRig({ checkout, selfIds: [SELF_ID], links: 1, env });
    await rig.start();
    const measure = () => rig.measure({ ms, rate: RATE, deliveriesPerEvent: 1 });
    return { measure, stop: () => rig.stop() };
  }
}
