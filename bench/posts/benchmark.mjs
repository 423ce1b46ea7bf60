import { join } from 'node:path';
import { Child } from '../support/child.mjs';
import { contest, describePeers, ratio } from '../support/contest.mjs';
import { newFolder } from '../support/scratch.mjs';
import { Sink } from '../support/sink.mjs';
import { atLeast } from '../support/targets.mjs';

export const name = 'posts';
export const summary = 'events into the durable log and out to N HTTP servers, 8 posts under way to each';

const SENDER = join(import.meta.dirname, 'sender.mjs');
const PEERS = ['qqbridge', 'raw', 'undici', 'undici-clients', 'fetch'];
const TARGETS = { raw: 0.4, fetch: 8 };

const COLUMNS = [
  ['posts/s', 'postsPerS'],
  ['µs CPU/post', 'cpuMicrosPerPost'],
  ['cores', 'cores'],
  ['RSS MiB', 'rssMib'],
];

/** @param {import('../options.mjs').Options} options */
export async function run({ rounds, ms, checkout, serversGiven = [1, 10], say }) {
  const parts = [];
  const targets = [];
  for (const serverCount of serversGiven) {
    const contenders = PEERS.map((sender) => ({
      name: sender,
      start: () => start({ sender, serverCount, checkout }, ms),
    }));
    const peers = await contest(contenders, { rounds });
    const title = `${serverCount} server${serverCount === 1 ? '' : 's'}`;
    say(describePeers(title, peers, COLUMNS));
    parts.push({ serverCount, peers });
    for (const [peer, bound] of Object.entries(TARGETS)) {
      const measured = ratio(peers, 'postsPerS', ['qqbridge', peer]);
      targets.push(
        atLeast(`HTTP out, ${title}: posts/s over ${peer === 'raw' ? 'a raw socket' : peer}`, measured, bound),
      );
    }
  }
  return { parts, targets };
}

async function start(options, ms) {
  const sink = new Sink({ light: true });
  await sink.start();
  const what = { ...options, sinkPort: sink.port, home: newFolder(options.sender) };
  const child = new Child({ name: options.sender, command: process.execPath, args: [SENDER, JSON.stringify(what)] });
  await child.answer();
  return {
    async measure() {
      const before = (await sink.counts()).events;
      const { posts, tookMs, cpuMicros } = await child.ask({ ms });
      const got = (await sink.counts()).events - before;
      if (got < posts) throw new Error(`${options.sender}: ${got} posts came of ${posts}`);
      return {
        postsPerS: (posts / tookMs) * 1e3,
        cpuMicrosPerPost: cpuMicros / posts,
        cores: cpuMicros / 1e3 / tookMs,
        rssMib: child.memory.rssMib,
      };
    },
    async stop() {
      await child.stop();
      await sink.stop();
    },
  };
}
