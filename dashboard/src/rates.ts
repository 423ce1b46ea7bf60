import type { LiveStatus } from '../../src/operator/admin/live-status.ts';

export interface ServerRates {
  readonly delivered: number;
  readonly calls: number;
  /** Of the last deliveries; absent before the first. */
  readonly latencyMs?: number;
}

export interface Rates {
  /** Events per second, by self_id. */
  readonly bots: ReadonlyMap<string, number>;
  readonly servers: ReadonlyMap<string, ServerRates>;
  readonly events: number;
  readonly calls: number;
}

export const NO_RATES: Rates = { bots: new Map(), servers: new Map(), events: 0, calls: 0 };

/** How much a new second weighs: calm figures that follow within three. */
const WEIGHT = 0.5;

/** Rates from two snapshots, smoothed by those before. */
export function ratesOf(before: LiveStatus, after: LiveStatus, last: Rates): Rates {
  const seconds = Math.max(0.2, (after.now - before.now) / 1_000);
  const rate = (now: number, then: number | undefined, previous = 0) =>
    smooth(then === undefined || now < then ? 0 : (now - then) / seconds, previous);
  const botsBefore = new Map(before.bots.map((bot) => [bot.selfId, bot.events]));
  const bots = new Map(
    after.bots.map(({ selfId, events }) => [selfId, rate(events, botsBefore.get(selfId), last.bots.get(selfId))]),
  );
  const serversBefore = new Map(before.servers.map((server) => [server.name, server.counts]));
  const callsBefore = new Map(before.calls.map(({ server, seconds: { count } }) => [server, count]));
  const callRates = new Map(
    after.calls.map(({ server, seconds: { count } }) => [
      server,
      rate(count, callsBefore.get(server) ?? 0, last.servers.get(server)?.calls),
    ]),
  );
  const servers = new Map(
    after.servers.map(({ name, counts }): [string, ServerRates] => {
      const then = serversBefore.get(name);
      const previous = last.servers.get(name);
      const latencyMs = latencyOf(counts.seconds, then?.seconds) ?? previous?.latencyMs;
      return [
        name,
        {
          delivered: rate(counts.delivered, then?.delivered, previous?.delivered),
          calls: callRates.get(name) ?? 0,
          ...(latencyMs === undefined ? {} : { latencyMs }),
        },
      ];
    }),
  );
  return { bots, servers, events: sum(bots.values()), calls: sum(callRates.values()) };
}

function latencyOf(
  now: { readonly sum: number; readonly count: number },
  then: { readonly sum: number; readonly count: number } | undefined,
): number | undefined {
  const isFresh = then === undefined || now.count < then.count;
  const count = isFresh ? now.count : now.count - then.count;
  const total = isFresh ? now.sum : now.sum - then.sum;
  return count === 0 ? undefined : (total / count) * 1_000;
}

function smooth(value: number, previous: number): number {
  const next = previous + (value - previous) * WEIGHT;
  return next < 0.02 ? 0 : next;
}

function sum(numbers: Iterable<number>): number {
  let total = 0;
  for (const number of numbers) total += number;
  return total;
}
