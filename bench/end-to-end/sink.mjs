import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { Child } from '../support/child.mjs';

const loadDir = join(import.meta.dirname, '..', 'load');

/** How a sink is started: compiled from C where there is a compiler, else in Node. */
export function prepareSink(folder) {
  const program = join(folder, 'sink');
  const { status } = spawnSync('cc', ['-O2', '-o', program, join(loadDir, 'sink.c')]);
  return status === 0
    ? { kind: 'C', command: program, args: [] }
    : { kind: 'Node', command: process.execPath, args: [join(loadDir, 'sink.mjs')] };
}

/** The servers of one bridge, all in one process. */
export class Sink {
  #child;
  port = 0;

  constructor({ command, args }) {
    this.#child = new Child({ name: 'sink', command, args });
  }

  async start() {
    this.port = (await this.#child.answer()).port;
  }

  /** What each link has got so far, and when the last event came, nanoseconds of `process.hrtime`. */
  async counts() {
    const { links, lastEventNs } = await this.#child.ask('counts');
    return { links, lastEventNs: BigInt(lastEventNs), events: links.reduce((sum, { events }) => sum + events, 0) };
  }

  get cpuMicros() {
    return this.#child.cpuMicros;
  }

  async stop() {
    await this.#child.stop();
  }
}

/** Frames per second that a sink takes on so many links from a sender that only writes. */
export async function sinkCeiling(program, linkCount) {
  const ms = 1_000;
  const sink = new Sink(program);
  await sink.start();
  try {
    const flood = spawnSync(process.execPath, [join(loadDir, 'flood.mjs'), sink.port, linkCount, ms].map(String));
    if (flood.status !== 0) throw new Error(`the flood failed: ${flood.stderr}`);
    return (await sink.counts()).events / (ms / 1_000);
  } finally {
    await sink.stop();
  }
}
