import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Text, text } from '../support/text.ts';

/** How long the event loop is watched for an answer, and how often it is asked meanwhile. */
const WATCH_MS = 300;
const RESOLUTION_MS = 10;

/** How late the event loop comes to what is due, measured now: a watch all the time would keep an idle daemon awake. */
export async function eventLoopLagLine(): Promise<Text> {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  await sleep(WATCH_MS);
  delay.disable();
  const late = (nanoseconds: number) => Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS).toFixed(1);
  return text`event loop lag: ${late(delay.percentile(50))} ms median, ${late(delay.max)} ms at most in the last ${WATCH_MS} ms`;
}

/** What the process holds in memory. */
export function memoryLine(): Text {
  const { rss, heapUsed, external } = process.memoryUsage();
  const mebibytes = (bytes: number) => (bytes / 2 ** 20).toFixed(1);
  return text`memory: ${mebibytes(rss)} MiB in all, ${mebibytes(heapUsed)} MiB of it in the heap, ${mebibytes(external)} MiB in buffers`;
}
