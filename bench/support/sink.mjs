import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { Child } from './child.mjs';
import { compiled } from './compiled.mjs';

const loadDir = join(import.meta.dirname, '..', 'load');

/** The servers of one bridge, all in one process, of `bench/load/sink.c`. */
export class Sink {
  #child;
  port = 0;

  /** @param {{ light?: boolean }} [options] `light`: it counts and checks nothing */
  constructor({ light = false } = {}) {
    this.#child = new Child({ name: 'sink', command: compiled('sink.c'), args: light ? ['light'] : [] });
  }

  async start() {
    this.port = (await this.#child.answer()).port;
  }

  /** What each link has got so far, and when the last event came, nanoseconds of `process.hrtime`. */
  async counts() {
    const { links, lastEventNs } = await this.#child.ask('counts');
    return { links, lastEventNs: BigInt(lastEventNs), events: links.reduce((sum, { events }) => sum + events, 0) };
  }

  /** Waits until so many events have come in all; the counts then, or after `ms` in vain. */
  async reached(events, ms = 30_000) {
    const deadline = performance.now() + ms;
    for (;;) {
      const counts = await this.counts();
      if (counts.events >= events || performance.now() > deadline) {
        return { ...counts, isWhole: counts.events >= events };
      }
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  get cpuMicros() {
    return this.#child.cpuMicros;
  }

  get process() {
    return this.#child;
  }

  async stop() {
    await this.#child.stop();
  }
}

const POLL_MS = 20;

/** Frames per second that a sink takes on so many links from a sender that only writes. */
export async function sinkCeiling(linkCount, options) {
  const ms = 1_000;
  const sink = new Sink(options);
  await sink.start();
  try {
    const flood = spawnSync(process.execPath, [join(loadDir, 'flood.mjs'), sink.port, linkCount, ms].map(String));
    if (flood.status !== 0) throw new Error(`the flood failed: ${flood.stderr}`);
    return (await sink.counts()).events / (ms / 1_000);
  } finally {
    await sink.stop();
  }
}
