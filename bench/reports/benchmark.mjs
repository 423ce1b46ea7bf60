import { join } from 'node:path';
import { startQqbridge } from '../peers/qqbridge.mjs';
import { Child } from '../support/child.mjs';
import { contest, describePeers, ratio } from '../support/contest.mjs';
import { hotspots } from '../support/cpu-profile.mjs';
import { describeProfile } from '../support/describe-profile.mjs';
import { startReporter } from '../support/reporter.mjs';
import { newFolder } from '../support/scratch.mjs';
import { Sink } from '../support/sink.mjs';
import { atLeast } from '../support/targets.mjs';

export const name = 'reports';
export const summary = 'the event route alone, and the daemon without servers, so that nothing is logged or sent';

const CONNECTIONS = 64;

const COLUMNS = [
  ['reports/s', 'perS'],
  ['p50 ms', 'p50Ms'],
  ['p99 ms', 'p99Ms'],
  ['µs CPU/report', 'cpuMicrosPerReport'],
  ['RSS MiB', 'rssMib'],
];

/** @param {import('../options.mjs').Options} options */
export async function run({ rounds, ms, checkout, profile, say }) {
  const profileDir = profile ? newFolder('profile') : undefined;
  const contenders = [
    { name: 'whole daemon', start: () => posted(startBridge(checkout, profileDir), ms) },
    { name: 'event route', start: () => posted(startPeer('event-route.mjs', checkout), ms) },
    { name: 'node-http', start: () => posted(startPeer('peer.mjs', 'node-http'), ms) },
    { name: 'express-json', start: () => posted(startPeer('peer.mjs', 'express-json'), ms) },
    { name: 'reporter and sink alone', start: () => posted(startSink(), ms) },
  ];
  const peers = await contest(contenders, { rounds });
  say(describePeers(`${CONNECTIONS} connections`, peers, COLUMNS));
  if (profileDir !== undefined) say(describeProfile(hotspots(profileDir)));
  const over = (peer) => ratio(peers, 'perS', ['event route', peer]);
  const targets = [
    atLeast('HTTP reports, event route: reports/s over plain node:http', over('node-http'), 0.9),
    atLeast('HTTP reports, event route: reports/s over express with its JSON parser', over('express-json'), 5),
  ];
  return { peers, targets };
}

/** What takes reports, with a reporter before it. */
async function posted(starting, ms) {
  const { child, port, stop } = await starting;
  const reporter = await startReporter(port, CONNECTIONS);
  return {
    async measure() {
      const cpu = child.cpuMicros;
      const { acknowledged, tookMs, p50Ms, p99Ms } = await reporter.ask({ ms });
      const cpuMicrosPerReport = (child.cpuMicros - cpu) / acknowledged;
      return { perS: (acknowledged / tookMs) * 1e3, p50Ms, p99Ms, cpuMicrosPerReport, rssMib: child.memory.rssMib };
    },
    async stop() {
      await reporter.stop();
      await stop();
    },
  };
}

async function startBridge(checkout, profileDir) {
  const { child, port } = await startQqbridge(
    { checkout, profileDir },
    { home: newFolder('reports'), sinkPort: 0, serverCount: 0 },
  );
  return { child, port, stop: () => child.stop() };
}

async function startPeer(program, argument) {
  const args = [join(import.meta.dirname, program), argument];
  const child = new Child({ name: program, command: process.execPath, args });
  const { port } = await child.answer();
  return { child, port, stop: () => child.stop() };
}

/** How fast the reporter is: the sink answers at once. */
async function startSink() {
  const sink = new Sink();
  await sink.start();
  return { child: sink.process, port: sink.port, stop: () => sink.stop() };
}
