import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';
import { newFolder } from './scratch.mjs';

/** Looks into a Node process that was started with its `nodeArgs`: loop delay and memory. */
export class Probe {
  #file = join(newFolder('probe'), 'probe.json');
  nodeArgs = [
    '--expose-gc',
    '--import',
    `${pathToFileURL(join(import.meta.dirname, 'loop-probe.mjs'))}?${encodeURIComponent(this.#file)}`,
  ];

  /**
   * What came of the time since the last look; collects the garbage first.
   *
   * @returns {Promise<{ loopP99Ms: number, loopMaxMs: number, heapUsed: number, cpuMicros: number }>}
   */
  async look(pid) {
    rmSync(this.#file, { force: true });
    process.kill(pid, 'SIGUSR2');
    for (const deadline = performance.now() + 20_000; performance.now() < deadline; ) {
      await delay(5);
      try {
        return JSON.parse(readFileSync(this.#file, 'utf8'));
      } catch (error) {
        if (error.code !== 'ENOENT') throw error; // Not written yet.
      }
    }
    throw new Error('the probe gave no answer');
  }
}
