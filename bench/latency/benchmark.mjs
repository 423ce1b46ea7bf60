import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { SELF_ID } from '../load/events.mjs';
import { startQqbridge } from '../peers/qqbridge.mjs';
import { startRelay } from '../peers/start-relay.mjs';
import { startBots } from '../support/bots.mjs';
import { Child } from '../support/child.mjs';
import { contest, describePeers } from '../support/contest.mjs';
import { newFolder } from '../support/scratch.mjs';
import { quantile, summarise, withSpread } from '../support/statistics.mjs';
import { atMost } from '../support/targets.mjs';

export const name = 'latency';
export const summary =
  'one event at a time, 200/s, from a bot to one server, without a bridge, and through a relay of bare bytes';

const RATE = 200;
const WARM_UP = { ms: 4_000, rate: 1_000 };

const COLUMNS = [
  ['p50 ms', 'p50Ms'],
  ['p90 ms', 'p90Ms'],
  ['p99 ms', 'p99Ms'],
];

/** @param {import('../options.mjs').Options} options */
export async function run({ rounds, ms, checkout, against, say }) {
  const bridge = (build) => start(ms, (place) => startQqbridge({ checkout: build }, place));
  const contenders = [
    { name: 'qqbridge', start: () => bridge(checkout) },
    { name: 'direct', start: () => start(ms) },
    // What any process between two others costs on this machine.
    { name: 'relay', start: () => start(ms, startRelay) },
  ];
  if (against !== undefined) contenders.push({ name: 'qqbridge-against', start: () => bridge(against) });
  const peers = await contest(contenders, { rounds, warmUps: 0 });
  say(describePeers('from the write of the bot to the arrival at the server', peers, COLUMNS));
  const [qqbridge, direct, relay] = peers;
  const added = (peer, figure) => summarise(peer.rounds.map((round, n) => round[figure] - direct.rounds[n][figure]));
  const relayed = COLUMNS.map(([head, figure]) => `${head} ${withSpread(added(relay, figure))}`);
  say(`\nadded by the relay: ${relayed.join(', ')}`);
  const targets = [
    atMost('latency added to a direct link, p50, ms', added(qqbridge, 'p50Ms'), 0.15),
    atMost('latency added to a direct link, p99, ms', added(qqbridge, 'p99Ms'), 0.5),
  ];
  return { peers, targets };
}

/** @param [link] starts what stands between them; nothing does without it */
async function start(ms, link) {
  const program = join(import.meta.dirname, 'server.mjs');
  const server = new Child({ name: 'server', command: process.execPath, args: [program] });
  const { port } = await server.answer();
  const place = { home: newFolder('latency'), sinkPort: port, serverCount: 1 };
  const bridge = await link?.(place);
  const bot = await startBots({ port: bridge?.port ?? port, selfIds: [SELF_ID], times: true });
  await delay(500);
  // As after some minutes: while V8 compiles the first thousands, its threads take the cores from whoever should wake.
  await bot.ask(WARM_UP);
  await delay(500);
  return {
    async measure() {
      await server.ask('times');
      const { sentNs } = await bot.ask({ ms, rate: RATE });
      await delay(100);
      const { times } = await server.ask('times');
      if (times.length !== sentNs.length) throw new Error(`${times.length} events came of ${sentNs.length}`);
      const latencies = Float64Array.from(sentNs, (sent, n) => Number(BigInt(times[n]) - BigInt(sent)) / 1e6).sort();
      const at = (share) => quantile(latencies, share);
      return { p50Ms: at(0.5), p90Ms: at(0.9), p99Ms: at(0.99) };
    },
    async stop() {
      await bot.stop();
      await bridge?.child.stop();
      await server.stop();
    },
  };
}
