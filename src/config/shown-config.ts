import { dump } from 'js-yaml';
import { shownUrl } from '../support/shown-url.ts';
import type { Config, FieldTest, FilterConfig, RateConfig, ServerConfig } from './types.ts';

const MASK = '***';

/**
 * The settings in force, every default filled in, as YAML in the names of the file. No token, secret or key is in it, so that it can be
 * shown on a screen that others see.
 */
export function shownConfig({ port, servers, bots, calls, admin, log, dataDir }: Config): string {
  const { rateLimit } = calls;
  const settings = {
    host: port.host,
    port: port.port,
    access_token: masked(port.accessToken),
    secret: masked(port.secret),
    tls: port.tls && { cert: MASK, key: MASK },
    max_payload: sizeOf(port.maxPayloadBytes),
    allowed_origins: port.allowedOrigins,
    anonymous_calls: port.anonymousCalls,
    insecure: port.insecure,
    server_list: mapOf([...servers.values()].map((server) => [server.name, shownServer(server)])),
    bots: mapOf(
      [...bots.dialled.values()].map(({ name, url, apiUrl, selfId, accessToken, tls }) => [
        name,
        {
          url: shownAddress(url),
          api_url: shownAddress(apiUrl),
          self_id: selfId,
          access_token: masked(accessToken),
          tls: shownTrust(tls),
        },
      ]),
    ),
    dedupe: bots.dedupe,
    coalesce: calls.coalesce,
    call_hold: durationOf(calls.holdMs),
    rate_limit: rateLimit && {
      per_bot: shownRate(rateLimit.perBot),
      per_group: shownRate(rateLimit.perGroup),
      wait: durationOf(rateLimit.waitMs),
    },
    admin: { enabled: admin.enabled, host: admin.host, port: admin.port, token: MASK },
    log: { level: log.level, file: log.file, json: log.json, max_size: sizeOf(log.maxSizeBytes), keep: log.keepDays },
    data: dataDir,
  };
  return dump(settings, { skipInvalid: true, noRefs: true, lineWidth: 120 });
}

function shownServer(server: ServerConfig): object {
  const { queue } = server;
  return {
    enabled: server.enabled,
    protocol: server.protocol,
    ...(server.protocol === 'listen' ? {} : { url: shownUrl(server.url), tls: shownTrust(server.tls) }),
    access_token: masked(server.accessToken),
    ...(server.protocol === 'http'
      ? { secret: masked(server.secret), timeout: durationOf(server.timeoutMs), concurrency: server.concurrency }
      : {}),
    tag: server.tag,
    bots: server.bots,
    actions: server.actions,
    filter: server.filter && shownFilter(server.filter),
    message_format: server.messageFormat,
    heartbeat: server.heartbeat,
    queue: { max_age: durationOf(queue.maxAgeMs), max_events: queue.maxEvents, max_bytes: sizeOf(queue.maxBytes) },
    delivery: server.delivery,
    call_timeout: durationOf(server.callTimeoutMs),
  };
}

function shownFilter(filter: FilterConfig): object {
  switch (filter.kind) {
    case 'not':
      return { not: shownFilter(filter.of) };
    case 'field':
      return { [filter.path.join('.')]: shownTests(filter.tests) };
    default:
      return { [filter.kind]: filter.of.map(shownFilter) };
  }
}

function shownTests(tests: readonly FieldTest[]): unknown {
  const [first] = tests;
  if (tests.length === 1 && first?.operator === 'is') return oneOrMore(first.values);
  return mapOf(tests.map(({ operator, values }) => [operator, oneOrMore(values)]));
}

function oneOrMore(values: readonly string[]): unknown {
  return values.length === 1 ? values[0] : values;
}

/** A tls of a peer names no secret, but its authority is the text of a whole file by now. */
function shownTrust(tls: { readonly verify: boolean; readonly ca?: unknown } | undefined): object | undefined {
  return tls && { verify: tls.verify, ...(tls.ca === undefined ? {} : { ca: MASK }) };
}

function shownAddress(url: string | undefined): string | undefined {
  return url && shownUrl(url);
}

function shownRate(rate: RateConfig | undefined): string | undefined {
  return rate && `${rate.count}/${durationOf(rate.periodMs)}`;
}

function masked(secret: string | undefined): string | undefined {
  return secret === undefined ? undefined : MASK;
}

function mapOf(entries: readonly (readonly [string, unknown])[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(entries);
}

/** `5m`, as the file takes it. */
function durationOf(ms: number): string {
  return inUnits(ms, [
    ['h', 3_600_000],
    ['m', 60_000],
    ['s', 1_000],
    ['ms', 1],
  ]);
}

/** `64MiB`, as the file takes it. */
function sizeOf(bytes: number): string {
  return inUnits(bytes, [
    ['GiB', 2 ** 30],
    ['MiB', 2 ** 20],
    ['KiB', 2 ** 10],
    ['B', 1],
  ]);
}

/** In the largest unit that leaves no remainder. */
function inUnits(value: number, units: readonly (readonly [string, number])[]): string {
  if (value === 0) return '0';
  const [name = '', factor = 1] = units.find(([, each]) => value % each === 0) ?? [];
  return `${value / factor}${name}`;
}
