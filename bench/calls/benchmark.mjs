import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startQqbridge } from '../peers/qqbridge.mjs';
import { startRelay } from '../peers/start-relay.mjs';
import { Child } from '../support/child.mjs';
import { contest, describePeers, ratio } from '../support/contest.mjs';
import { hotspots } from '../support/cpu-profile.mjs';
import { describeProfile } from '../support/describe-profile.mjs';
import { newFolder } from '../support/scratch.mjs';
import { withSpread } from '../support/statistics.mjs';
import { atLeast, atMost } from '../support/targets.mjs';

export const name = 'calls';
export const summary =
  '16 servers with 16 calls under way each to one bot, without a bridge, and through a relay of bare bytes';

const SERVERS = 16;
const UNDER_WAY = 16;

const AGAINST = 'qqbridge-against';

const COLUMNS = [
  ['calls/s', 'callsPerS'],
  ['wrong answers', 'wrong'],
  ['µs CPU between them/call', 'cpuMicrosPerCall'],
  ['RSS MiB', 'rssMib'],
];

/** @param {import('../options.mjs').Options} options */
export async function run({ rounds, ms, checkout, against, profile, say }) {
  const profileDir = profile ? newFolder('profile') : undefined;
  const bridge = (build) => start(ms, { link: (place) => startQqbridge(build, place), botLinks: 1 });
  const contenders = [
    { name: 'qqbridge', start: () => bridge({ checkout, profileDir }) },
    { name: 'direct', start: () => start(ms, { botLinks: SERVERS }) },
    // What any process between two others costs on this machine.
    { name: 'relay', start: () => start(ms, { link: startRelay, botLinks: SERVERS }) },
  ];
  if (against !== undefined) contenders.push({ name: AGAINST, start: () => bridge({ checkout: against }) });
  const peers = await contest(contenders, { rounds });
  say(describePeers(`${SERVERS} x ${UNDER_WAY} under way`, peers, COLUMNS));
  const compared =
    against === undefined
      ? [['relay', 'direct']]
      : [
          ['relay', 'direct'],
          ['qqbridge', AGAINST],
        ];
  for (const pair of compared) say(`\ncalls/s of ${pair.join(' : ')} = ${withSpread(ratio(peers, 'callsPerS', pair))}`);
  if (profileDir !== undefined) say(describeProfile(hotspots(profileDir)));
  const targets = [
    atLeast('calls: round trips/s over those without a bridge', ratio(peers, 'callsPerS', ['qqbridge', 'direct']), 0.5),
    atMost('calls: answers that were not the caller’s', peers[0].medians.wrong, 0),
  ];
  return { peers, targets };
}

/**
 * @param {object} between
 * @param {Function} [between.link] starts what stands between them; nothing does without it
 * @param {number} between.botLinks
 */
async function start(ms, { link, botLinks }) {
  const node = (file, ...args) =>
    new Child({ name: file, command: process.execPath, args: [join(import.meta.dirname, file), ...args.map(String)] });
  const applications = node('applications.mjs', UNDER_WAY);
  const { port } = await applications.answer();
  const place = { home: newFolder('calls'), sinkPort: port, serverCount: SERVERS };
  const bridge = await link?.(place);
  const bot = node('bot.mjs', bridge?.port ?? port, botLinks);
  await bot.answer();
  while ((await applications.ask({})).links < SERVERS) await delay(20);
  return {
    async measure() {
      const cpu = bridge?.child.cpuMicros;
      const { answers, wrong, tookMs } = await applications.ask({ ms });
      const callsPerS = (answers / tookMs) * 1e3;
      if (bridge === undefined) return { callsPerS, wrong };
      const { rssMib } = bridge.child.memory;
      return { callsPerS, wrong, cpuMicrosPerCall: (bridge.child.cpuMicros - cpu) / answers, rssMib };
    },
    async stop() {
      await bot.stop();
      await bridge?.child.stop();
      await applications.stop();
    },
  };
}
