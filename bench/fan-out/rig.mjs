import { join } from 'node:path';
import { Child } from '../support/child.mjs';
import { newFolder } from '../support/scratch.mjs';
import { Sink } from '../support/sink.mjs';

const SENDER = join(import.meta.dirname, 'sender.mjs');

/**
 * One sender before a sink of its own, as a contender.
 *
 * @param {{ sender: string, serverCount: number, burst: number, checkout: string, ms: number, bytes?: number }} options
 * @returns {import('../support/contest.mjs').Contender}
 */
export function sendingRig({ ms, ...options }) {
  return { name: options.sender, start: () => start(options, ms) };
}

async function start(options, ms) {
  const sink = new Sink({ light: true });
  await sink.start();
  const what = { ...options, sinkPort: sink.port, home: newFolder(options.sender) };
  const child = new Child({ name: options.sender, command: process.execPath, args: [SENDER, JSON.stringify(what)] });
  await child.answer();
  let expected = (await sink.counts()).events;
  return {
    async measure() {
      const { startNs, events, cpuMicros } = await child.ask({ ms });
      const deliveries = events * options.serverCount;
      expected += deliveries;
      const { lastEventNs, isWhole, events: got } = await sink.reached(expected);
      if (!isWhole || got !== expected) throw new Error(`${options.sender}: ${got} frames came of ${expected}`);
      const seconds = Number(lastEventNs - BigInt(startNs)) / 1e9;
      return {
        deliveriesPerS: deliveries / seconds,
        eventsPerS: events / seconds,
        cpuMicrosPerDelivery: cpuMicros / deliveries,
        cores: cpuMicros / 1e6 / seconds,
        rssMib: child.memory.rssMib,
      };
    },
    async stop() {
      await child.stop();
      await sink.stop();
    },
  };
}
