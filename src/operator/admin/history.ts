import { steadyNow } from '../../support/clock.ts';
import type { HistogramSnapshot } from '../../support/histogram.ts';
import type { BridgeStatus } from '../types.ts';

/** Between two samples. */
export const STEP_MS = 5_000;

/** An hour. */
const SAMPLES = 720;

/** Servers with series of their own; more count in the sums alone. */
const MAX_SERVERS = 64;

const ALL = ['events', 'delivered', 'calls', 'latencyMs', 'callMs', 'queue'] as const;
const OF_SERVER = ['delivered', 'calls', 'latencyMs', 'callMs', 'queue'] as const;

/** By series: rates per second, mean milliseconds within the step, events that wait. Null: nothing to measure. */
export type Sample = Readonly<Record<string, number | null>>;

export interface HistorySample {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly all: Sample;
  readonly servers: Readonly<Record<string, Sample>>;
}

type Column = readonly (number | null)[];

export interface HistorySnapshot {
  readonly stepMs: number;
  /** Of the newest sample, milliseconds since the epoch. */
  readonly at: number;
  /** Series by name, oldest sample first. */
  readonly all: Readonly<Record<string, Column>>;
  readonly servers: Readonly<Record<string, Readonly<Record<string, Column>>>>;
}

/** What was counted at the last sample. */
interface Totals {
  readonly delivered: number;
  readonly latency: Sum;
  readonly calls: Sum;
}

type Sum = Pick<HistogramSnapshot, 'sum' | 'count'>;

/** The last hour in numbers, a sample each five seconds, in memory that is bounded whatever is counted. */
export class History {
  readonly #status: () => Promise<BridgeStatus>;
  readonly #all = new Ring(ALL);
  readonly #servers = new Map<string, Ring>();
  readonly #listeners = new Set<(sample: HistorySample) => void>();
  #totals = new Map<string, Totals>();
  #events = 0;
  #sampledAt = 0;
  /** By the steady clock, at the last sample. */
  #measuredAt = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(status: () => Promise<BridgeStatus>) {
    this.#status = status;
  }

  start(): void {
    if (this.#timer !== undefined) return;
    this.#timer = setInterval(() => void this.#step(), STEP_MS);
    void this.#step();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** Calls `listener` for each sample; the returned function ends it. */
  follow(listener: (sample: HistorySample) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  snapshot(): HistorySnapshot {
    const servers = [...this.#servers].map(([name, ring]) => [name, ring.columns()] as const);
    return { stepMs: STEP_MS, at: this.#sampledAt, all: this.#all.columns(), servers: Object.fromEntries(servers) };
  }

  /**
   * Takes one sample of the status. The first one only notes the counts so far.
   *
   * @param now By the wall clock, for the reader.
   * @param steadyMs By a clock that never jumps, for the rates.
   */
  sample(status: BridgeStatus, now: number, steadyMs: number = now): void {
    const isFirst = this.#sampledAt === 0;
    const seconds = Math.max(0.001, (steadyMs - this.#measuredAt) / 1_000);
    const totals = totalsOf(status);
    const before = this.#totals;
    const queues = new Map(
      status.servers.map(({ name, links }) => [name, links.reduce((sum, link) => sum + link.queuedEvents, 0)]),
    );
    const deltas = [...totals].map(([name, now]) => [name, deltaOf(now, before.get(name))] as const);
    const events = status.bots.reduce((sum, bot) => sum + bot.events, 0);
    const eventsDelta = events < this.#events ? events : events - this.#events;
    this.#totals = totals;
    this.#events = events;
    this.#sampledAt = now;
    this.#measuredAt = steadyMs;
    if (isFirst) return;
    const all = {
      events: round(eventsDelta / seconds),
      ...measure(sumOf(deltas.map(([, delta]) => delta)), seconds),
      queue: sum(queues.values()),
    };
    const servers = deltas.flatMap(([name, delta]): [string, Sample][] => {
      const queue = queues.get(name);
      return queue === undefined ? [] : [[name, { ...measure(delta, seconds), queue }]];
    });
    const sample = { at: now, all, servers: Object.fromEntries(servers.slice(0, MAX_SERVERS)) };
    this.#keep(sample);
    for (const listener of this.#listeners) listener(sample);
  }

  async #step(): Promise<void> {
    const status = await this.#status();
    if (this.#timer !== undefined) this.sample(status, Date.now(), steadyNow());
  }

  #keep({ all, servers }: HistorySample): void {
    this.#all.push(all);
    for (const name of this.#servers.keys()) if (servers[name] === undefined) this.#servers.delete(name);
    for (const [name, sample] of Object.entries(servers)) {
      const ring = this.#servers.get(name) ?? new Ring(OF_SERVER);
      this.#servers.set(name, ring);
      ring.push(sample);
    }
  }
}

/** The last samples of some series. */
class Ring {
  readonly #series: ReadonlyMap<string, Float32Array>;
  #count = 0;

  constructor(names: readonly string[]) {
    this.#series = new Map(names.map((name) => [name, new Float32Array(SAMPLES)]));
  }

  push(sample: Sample): void {
    for (const [name, values] of this.#series) values[this.#count % SAMPLES] = sample[name] ?? Number.NaN;
    this.#count += 1;
  }

  columns(): Readonly<Record<string, Column>> {
    const length = Math.min(this.#count, SAMPLES);
    const columns = [...this.#series].map(([name, values]) => {
      const column = Array.from({ length }, (_, at) =>
        orNull(values[(this.#count - length + at) % SAMPLES] ?? Number.NaN),
      );
      return [name, column] as const;
    });
    return Object.fromEntries(columns);
  }
}

function totalsOf({ servers, calls }: BridgeStatus): Map<string, Totals> {
  const none = { sum: 0, count: 0 };
  const totals = new Map<string, Totals>(
    servers.map(({ name, counts }) => [name, { delivered: counts.delivered, latency: counts.seconds, calls: none }]),
  );
  // Anonymous callers are no server, and count in the sums.
  for (const { server, seconds } of calls) {
    totals.set(server, { ...(totals.get(server) ?? { delivered: 0, latency: none }), calls: seconds });
  }
  return totals;
}

/** A server whose config has changed counts from 0 again. */
function deltaOf(now: Totals, before: Totals | undefined): Totals {
  if (before === undefined) return now;
  const isNew = now.delivered < before.delivered || now.latency.count < before.latency.count;
  return {
    delivered: isNew ? now.delivered : now.delivered - before.delivered,
    latency: isNew ? now.latency : minus(now.latency, before.latency),
    calls: now.calls.count < before.calls.count ? now.calls : minus(now.calls, before.calls),
  };
}

function minus(one: Sum, other: Sum): Sum {
  return { sum: one.sum - other.sum, count: one.count - other.count };
}

function sumOf(deltas: readonly Totals[]): Totals {
  const add = (sums: readonly Sum[]) => ({
    sum: sum(sums.map((each) => each.sum)),
    count: sum(sums.map((each) => each.count)),
  });
  return {
    delivered: sum(deltas.map(({ delivered }) => delivered)),
    latency: add(deltas.map(({ latency }) => latency)),
    calls: add(deltas.map(({ calls }) => calls)),
  };
}

function measure({ delivered, latency, calls }: Totals, seconds: number): Sample {
  return {
    delivered: round(delivered / seconds),
    calls: round(calls.count / seconds),
    latencyMs: meanMs(latency),
    callMs: meanMs(calls),
  };
}

function meanMs({ sum: total, count }: Sum): number | null {
  return count === 0 ? null : round((total / count) * 1_000);
}

function sum(numbers: Iterable<number>): number {
  let total = 0;
  for (const number of numbers) total += number;
  return total;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

function orNull(value: number): number | null {
  return Number.isNaN(value) ? null : round(value);
}
