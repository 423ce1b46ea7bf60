// Loaded into a process with `--import .../loop-probe.mjs?FILE`: on SIGUSR2 it writes to FILE how its event loop and its
// memory are, and begins anew.
import { renameSync, writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { isMainThread } from 'node:worker_threads';

if (isMainThread) {
  const file = decodeURIComponent(new URL(import.meta.url).search.slice(1));
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  process.on('SIGUSR2', () => {
    globalThis.gc?.();
    globalThis.gc?.();
    const { heapUsed, external, arrayBuffers } = process.memoryUsage();
    const cpu = process.cpuUsage();
    const text = JSON.stringify({
      loopP99Ms: delay.percentile(99) / 1e6,
      loopMaxMs: delay.max / 1e6,
      heapUsed,
      external,
      arrayBuffers,
      atMs: performance.now(),
      activeMs: performance.eventLoopUtilization().active,
      cpuMicros: cpu.user + cpu.system,
    });
    writeFileSync(`${file}.new`, text);
    renameSync(`${file}.new`, file);
    delay.reset();
  });
}
