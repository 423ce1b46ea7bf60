import { Counter, collectDefaultMetrics, Gauge, type Metric, Registry } from 'prom-client';
import { BOT_STATES, SERVER_STATES } from '../states/types.ts';
import { wallTimeOf } from '../support/clock.ts';
import type { HistogramSnapshot } from '../support/histogram.ts';
import type { BotReport, BridgeStatus, ServerReport } from './types.ts';

/**
 * The metrics of docs/operations.md, for Prometheus. Nothing is counted here: each scrape takes one snapshot of the
 * bridge, so that an event costs no metric.
 *
 * The number of labels is limited: servers are those of the config, bots are those that the bridge knows, and all other
 * names that peers send become `other`.
 */
export class BridgeMetrics {
  readonly #status: () => Promise<BridgeStatus>;
  readonly #registry = new Registry();
  readonly #families = familiesIn(this.#registry);

  constructor(status: () => Promise<BridgeStatus>) {
    this.#status = status;
    collectDefaultMetrics({ register: this.#registry });
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  /** All of them, in the text format. */
  async text(): Promise<string> {
    fill(this.#families, await this.#status());
    return await this.#registry.metrics();
  }
}

type Families = ReturnType<typeof familiesIn>;

function familiesIn(registry: Registry) {
  const counter = <T extends string>(name: string, help: string, labelNames: readonly T[]) =>
    new Counter({ name, help, labelNames, registers: [registry] });
  const gauge = <T extends string>(name: string, help: string, labelNames: readonly T[]) =>
    new Gauge({ name, help, labelNames, registers: [registry] });
  const histogram = (name: string, help: string) => {
    const family = new SnapshotHistogram(name, help);
    // prom-client's own histograms take observations one by one; the registry asks no more of one than this does.
    registry.registerMetric(family as unknown as Metric);
    return family;
  };
  return {
    build: gauge('qqbridge_build_info', 'Always 1; the label says which version runs.', ['version']),
    events: counter('qqbridge_events_total', 'Events taken in, by bot and post_type.', ['self_id', 'post_type']),
    lastEvent: gauge(
      'qqbridge_last_event_timestamp_seconds',
      'When the last event came that is no heartbeat or lifecycle event, by bot.',
      ['self_id'],
    ),
    deliveries: counter('qqbridge_deliveries_total', 'What has become of events, by server.', ['server', 'outcome']),
    deliverySeconds: histogram('qqbridge_delivery_seconds', 'From the coming in of an event to its delivery.'),
    queueEvents: gauge('qqbridge_queue_events', 'Events that wait for a server.', ['server']),
    queueBytes: gauge('qqbridge_queue_bytes', 'Bytes of the events that wait for a server.', ['server']),
    dropped: counter('qqbridge_dropped_total', 'Events given up, by server and reason.', ['server', 'reason']),
    calls: counter('qqbridge_calls_total', 'Calls, by server and how they ended.', ['server', 'outcome']),
    callSeconds: histogram('qqbridge_call_seconds', 'From a call to its last answer.'),
    botOnline: gauge('qqbridge_bot_online', 'Whether a bot is in state online.', ['self_id']),
    botState: gauge('qqbridge_bot_state', 'One series for each state of a bot; 1 for the one that it is in.', [
      'self_id',
      'state',
    ]),
    serverUp: gauge(
      'qqbridge_server_up',
      'Whether a server takes what it is sent; absent for an idle or disabled one.',
      ['server'],
    ),
    serverState: gauge('qqbridge_server_state', 'One series for each state of a server; 1 for the one that it is in.', [
      'server',
      'state',
    ]),
    storeFailing: gauge('qqbridge_store_failing', 'Whether the event log takes nothing.', []),
  };
}

function fill(families: Families, { version, log, bots, servers, calls }: BridgeStatus): void {
  for (const family of Object.values(families)) family.reset();
  families.build.set({ version }, 1);
  families.storeFailing.set(log.kind === 'failing' ? 1 : 0);
  for (const bot of bots) {
    const { selfId, eventsByType } = bot;
    fillBotStates(families, bot);
    for (const [postType, count] of Object.entries(eventsByType)) {
      families.events.inc({ self_id: selfId, post_type: postType }, count);
    }
  }
  for (const report of servers) {
    const { name: server, links, counts } = report;
    const { delivered, retried, unanswered, dropped, seconds } = counts;
    fillServerStates(families, report);
    for (const [outcome, count] of Object.entries({ delivered, retried, unanswered, dead: dropped.dead })) {
      families.deliveries.inc({ server, outcome }, count);
    }
    for (const [reason, count] of Object.entries(REASONS)) families.dropped.inc({ server, reason }, dropped[count]);
    families.queueEvents.set({ server }, sumOf(links.map(({ queuedEvents }) => queuedEvents)));
    families.queueBytes.set({ server }, sumOf(links.map(({ queuedBytes }) => queuedBytes)));
    families.deliverySeconds.set(server, seconds);
  }
  for (const { server, outcomes, seconds } of calls) {
    for (const [outcome, count] of Object.entries(outcomes)) families.calls.inc({ server, outcome }, count);
    families.callSeconds.set(server, seconds);
  }
}

function fillBotStates(families: Families, { selfId, state, lastEventAt }: BotReport): void {
  families.botOnline.set({ self_id: selfId }, state === 'online' ? 1 : 0);
  for (const each of BOT_STATES) families.botState.set({ self_id: selfId, state: each }, each === state ? 1 : 0);
  if (lastEventAt !== undefined) families.lastEvent.set({ self_id: selfId }, wallTimeOf(lastEventAt) / 1000);
}

/** A server that the operator has disabled, or whose application is not needed yet, is no outage. */
function fillServerStates(families: Families, { name: server, state, linkState }: ServerReport): void {
  if (linkState !== 'idle') families.serverUp.set({ server }, linkState === 'up' ? 1 : 0);
  for (const each of SERVER_STATES) families.serverState.set({ server, state: each }, each === state ? 1 : 0);
}

const REASONS = { too_old: 'tooOld', overflow: 'overflow', unreadable: 'unreadable', dead_letter: 'dead' } as const;

/** A histogram that is given whole, by server. */
class SnapshotHistogram {
  readonly type = 'histogram';
  readonly aggregator = 'sum';
  readonly name: string;
  readonly help: string;
  readonly #byServer = new Map<string, HistogramSnapshot>();

  constructor(name: string, help: string) {
    this.name = name;
    this.help = help;
  }

  reset(): void {
    this.#byServer.clear();
  }

  set(server: string, snapshot: HistogramSnapshot): void {
    this.#byServer.set(server, snapshot);
  }

  /** As the registry reads it. */
  get() {
    const { name, help, type, aggregator } = this;
    const values = [...this.#byServer].flatMap(([server, { buckets, sum, count }]) => [
      ...[...buckets, { le: '+Inf', count }].map((bucket) => ({
        metricName: `${name}_bucket`,
        labels: { le: bucket.le, server },
        value: bucket.count,
      })),
      { metricName: `${name}_sum`, labels: { server }, value: sum },
      { metricName: `${name}_count`, labels: { server }, value: count },
    ]);
    return { name, help, type, aggregator, values };
  }
}

function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0);
}
