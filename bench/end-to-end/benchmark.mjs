import { startQqbridge } from '../peers/qqbridge.mjs';
import { startNaive } from '../peers/start-naive.mjs';
import { hotspots } from '../support/cpu-profile.mjs';
import { describeProfile } from '../support/describe-profile.mjs';
import { newFolder } from '../support/scratch.mjs';
import { sinkCeiling } from '../support/sink.mjs';
import { short, summarise, withSpread } from '../support/statistics.mjs';
import { table } from '../support/table.mjs';
import { atLeast, atMost } from '../support/targets.mjs';
import { Rig } from './rig.mjs';

export const name = 'end-to-end';
export const summary = 'HTTP report, 204 when safe on disk, to N WebSocket servers';

/** Events/s of QQBridge over those of `naive-durable`, at least. */
const TARGETS = new Map([
  [1, 4],
  [10, 8],
  [50, 15],
  [200, 20],
]);
const P99_TARGET_MS = 20;

const SERVERS = [1, 10, 50, 200];
const PEERS = ['qqbridge', 'qqbridge-against', 'naive-durable'];

const METRICS = [
  'eventsPerS',
  'deliveriesPerS',
  'p50Ms',
  'p99Ms',
  'behindMs',
  'cpuMicrosPerDelivery',
  'cpuMicrosPerEvent',
  'coresOfBridge',
  'coresOfSink',
  'coresOfReporter',
  'rssMib',
  'anonymousMib',
];

/** @param {import('../options.mjs').Options} options */
export async function run(options) {
  const servers = options.serversGiven ?? SERVERS;
  const ceiling = await sinkCeiling(50);
  options.say(`the sink takes and checks at least ${short(ceiling)} frames/s`);
  const parts = [];
  for (const serverCount of servers) parts.push(await runPart(serverCount, options));
  return { ceiling, parts, targets: parts.flatMap(targetsOf), failed: parts.some(({ failed }) => failed) };
}

/** All peers in front of that many servers. */
async function runPart(serverCount, options) {
  const profileDir = options.profile ? newFolder('profile') : undefined;
  const { connections } = options;
  const rigs = peersOf(options, profileDir).map((peer) => new Rig(peer, { serverCount, connections }));
  const rounds = new Map(rigs.map((rig) => [rig, []]));
  const peers = [];
  try {
    for (const rig of rigs) await rig.start();
    for (const rig of rigs) await rig.measure({ ms: options.warmUpMs });
    for (let round = 0; round < options.rounds; round += 1) {
      // Another one begins in each round: what came before leaves the machine warm or its disk busy.
      for (let n = 0; n < rigs.length; n += 1) {
        const rig = rigs[(round + n) % rigs.length];
        rounds.get(rig).push(await rig.measure({ ms: options.ms }));
      }
    }
    for (const rig of rigs) {
      const verdict = await rig.verdict();
      if (!verdict.isRight) options.say(`${rig.name} at ${serverCount}: ${JSON.stringify(verdict)}\n${rig.output}`);
      peers.push({ name: rig.name, verdict, rounds: rounds.get(rig), medians: mediansOf(rounds.get(rig)) });
    }
  } finally {
    await Promise.all(rigs.map((rig) => rig.stop()));
  }
  const ratios = ratiosOf(peers);
  const profile = profileDir === undefined ? undefined : hotspots(profileDir);
  options.say(describePart({ serverCount, peers, ratios, profile }));
  const failed = peers.some(({ name: peer, verdict }) => peer.startsWith('qqbridge') && !verdict.isRight);
  return { serverCount, peers, ratios, profile, failed };
}

function peersOf({ checkout, against, peers = PEERS }, profileDir) {
  const all = [
    { name: 'qqbridge', start: (place) => startQqbridge({ checkout, profileDir }, place) },
    ...(against === undefined
      ? []
      : [{ name: 'qqbridge-against', start: (place) => startQqbridge({ checkout: against }, place) }]),
    { name: 'naive-durable', start: (place) => startNaive('batch', place) },
    { name: 'naive-durable-put', start: (place) => startNaive('put', place) },
    { name: 'naive', start: (place) => startNaive(undefined, place) },
  ];
  return all.filter(({ name: peer }) => peers.includes(peer));
}

function mediansOf(rounds) {
  return Object.fromEntries(METRICS.map((metric) => [metric, summarise(rounds.map((round) => round[metric]))]));
}

/** Events/s of QQBridge over each peer's, round by round. */
function ratiosOf(peers) {
  const own = peers.find(({ name: peer }) => peer === 'qqbridge');
  if (own === undefined) return {};
  const others = peers.filter((peer) => peer !== own);
  return Object.fromEntries(
    others.map((other) => [
      other.name,
      summarise(own.rounds.map(({ eventsPerS }, round) => eventsPerS / other.rounds[round].eventsPerS)),
    ]),
  );
}

function describePart({ serverCount, peers, ratios, profile }) {
  const head = ['', 'events/s', 'deliveries/s', '204 p50 / p99 ms', 'µs CPU/delivery', 'cores', 'RSS (anon) MiB', ''];
  const rows = peers.map(({ name: peer, medians, verdict }) => [
    peer,
    withSpread(medians.eventsPerS),
    short(medians.deliveriesPerS.median),
    `${short(medians.p50Ms.median)} / ${short(medians.p99Ms.median)}`,
    short(medians.cpuMicrosPerDelivery.median),
    [medians.coresOfBridge, medians.coresOfSink, medians.coresOfReporter]
      .map(({ median }) => short(median))
      .join(' + '),
    `${short(medians.rssMib.median)} (${short(medians.anonymousMib.median)})`,
    verdict.isRight ? 'all once, in order' : 'WRONG',
  ]);
  const title = `\n${serverCount} server${serverCount === 1 ? '' : 's'} (cores: bridge + sink + reporter)\n`;
  const lines = [title, table(head, rows), '', ...Object.entries(ratios).map(describeRatio)];
  if (profile !== undefined) lines.push('', describeProfile(profile));
  return lines.join('\n');
}

function targetsOf({ serverCount, peers, ratios }) {
  const bound = TARGETS.get(serverCount);
  const own = peers.find(({ name: peer }) => peer === 'qqbridge');
  if (bound === undefined || own === undefined || ratios['naive-durable'] === undefined) return [];
  const what = `end to end, ${serverCount} server${serverCount === 1 ? '' : 's'}`;
  return [
    atLeast(`${what}: events/s over naive-durable`, ratios['naive-durable'], bound),
    atMost(`${what}: p99 of the 204, ms`, own.medians.p99Ms, P99_TARGET_MS),
  ];
}

function describeRatio([other, ratio]) {
  return `events/s of qqbridge : ${other} = ${withSpread(ratio)}`;
}
