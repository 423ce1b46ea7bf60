// Loaded into a daemon with `--import`: on SIGUSR2 it writes how its event loop and its memory are to the file in
// `BENCH_PROBE`, and begins anew.
import { renameSync, writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { isMainThread } from 'node:worker_threads';

if (isMainThread) {
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
    writeFileSync(`${process.env.BENCH_PROBE}.new`, text);
    renameSync(`${process.env.BENCH_PROBE}.new`, process.env.BENCH_PROBE);
    delay.reset();
  });
}
