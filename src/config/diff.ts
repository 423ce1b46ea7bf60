import { isDeepStrictEqual } from 'node:util';
import { type Text, text } from '../support/text.ts';
import type { Config, PortConfig, ServerConfig } from './types.ts';

/** The keys that guard the port and can change while it listens. */
export type PortGuard =
  | 'tls'
  | 'access_token'
  | 'secret'
  | 'max_payload'
  | 'allowed_origins'
  | 'anonymous_calls'
  | 'insecure';

/** What a reload has to do. First start and reload are one path: before the first there is no config at all. */
export interface ConfigDiff {
  readonly servers: {
    readonly added: readonly string[];
    readonly removed: readonly string[];
    readonly changed: readonly string[];
    /** Servers of which nothing changed that concerns their connections. The connections stay open. */
    readonly adjusted: readonly string[];
    /** Servers of `adjusted` of which only the filter changed. */
    readonly refiltered: readonly string[];
  };
  readonly portGuards: readonly PortGuard[];
  /** The changed guards whose own key did not change: their value follows from other keys. */
  readonly followed: readonly PortGuard[];
  readonly callKeys: readonly ('coalesce' | 'call_hold' | 'rate_limit')[];
  readonly dedupeChanged: boolean;
  readonly bots: {
    readonly added: readonly string[];
    readonly removed: readonly string[];
    readonly changed: readonly string[];
  };
  readonly adminChanged: boolean;
  readonly logChanged: boolean;
  readonly languageChanged: boolean;
}

const GUARDS = {
  tls: 'tls',
  access_token: 'accessToken',
  secret: 'secret',
  max_payload: 'maxPayloadBytes',
  allowed_origins: 'allowedOrigins',
  anonymous_calls: 'anonymousCalls',
  insecure: 'insecure',
} as const satisfies Record<PortGuard, keyof PortConfig>;

/** Compares two configs. Without `before` all of `after` is new. */
export function diffConfig(before: Config | undefined, after: Config): ConfigDiff {
  const old = before?.servers ?? new Map<string, never>();
  const guards = Object.keys(GUARDS) as PortGuard[];
  const kept = [...after.servers].filter(([name, server]) => differ(old.get(name), server) && old.has(name));
  const adjusted = kept.filter(([name, server]) => !differ(connectionOf(old.get(name)), connectionOf(server)));
  return {
    servers: {
      added: [...after.servers.keys()].filter((name) => !old.has(name)),
      removed: [...old.keys()].filter((name) => !after.servers.has(name)),
      changed: kept.filter((each) => !adjusted.includes(each)).map(([name]) => name),
      adjusted: adjusted.map(([name]) => name),
      refiltered: adjusted
        .filter(([name, server]) => !differ(unfiltered(old.get(name)), unfiltered(server)))
        .map(([name]) => name),
    },
    portGuards: guards.filter((key) => differ(before?.port[GUARDS[key]], after.port[GUARDS[key]])),
    followed: after.port.anonymousCallsGiven || before?.port.anonymousCallsGiven ? [] : ['anonymous_calls'],
    callKeys: [
      ...(differ(before?.calls.coalesce, after.calls.coalesce) ? (['coalesce'] as const) : []),
      ...(differ(before?.calls.holdMs, after.calls.holdMs) ? (['call_hold'] as const) : []),
      ...(differ(before?.calls.rateLimit, after.calls.rateLimit) ? (['rate_limit'] as const) : []),
    ],
    bots: {
      added: [...after.bots.dialled.keys()].filter((name) => before?.bots.dialled.has(name) !== true),
      removed: [...(before?.bots.dialled.keys() ?? [])].filter((name) => !after.bots.dialled.has(name)),
      changed: [...after.bots.dialled.values()]
        .filter((bot) => before?.bots.dialled.has(bot.name) === true && differ(before.bots.dialled.get(bot.name), bot))
        .map(({ name }) => name),
    },
    dedupeChanged: differ(before?.bots.dedupe, after.bots.dedupe),
    adminChanged: differ(before?.admin, after.admin),
    logChanged: differ(before?.log, after.log),
    languageChanged: before?.language !== after.language,
  };
}

/**
 * One line for each difference that the operator made, such as `server survival: added`. Values are left out, since
 * some are secret.
 */
export function describeDiff(diff: ConfigDiff): Text[] {
  const { added, removed, changed, adjusted, refiltered } = diff.servers;
  return [
    ...added.map((name) => text`server ${name}: added`),
    ...removed.map((name) => text`server ${name}: removed`),
    ...changed.map((name) => text`server ${name}: changed`),
    ...adjusted.map((name) =>
      refiltered.includes(name)
        ? text`server ${name}: filter changed`
        : text`server ${name}: changed, its connections stay`,
    ),
    ...diff.bots.added.map((name) => text`bot ${name}: added`),
    ...diff.bots.removed.map((name) => text`bot ${name}: removed`),
    ...diff.bots.changed.map((name) => text`bot ${name}: changed`),
    ...diff.portGuards.filter((key) => !diff.followed.includes(key)).map((key) => text`${key}: changed`),
    ...diff.callKeys.map((key) => text`${key}: changed`),
    ...(diff.dedupeChanged ? [text`${'dedupe'}: changed`] : []),
    ...(diff.adminChanged ? [text`${'admin'}: changed`] : []),
    ...(diff.logChanged ? [text`${'log'}: changed`] : []),
    ...(diff.languageChanged ? [text`${'language'}: changed`] : []),
  ];
}

/**
 * The keys that decide a server's connections. A worker can take up changes of all other keys without new connections.
 */
function connectionOf(server: ServerConfig | undefined): unknown {
  if (server === undefined) return undefined;
  const { filter: _filter, tag: _tag, messageFormat: _format, heartbeat: _heartbeat, ...rest } = server;
  const { queue: _queue, callTimeoutMs: _timeout, actions: _actions, ...base } = rest;
  if (base.protocol === 'http') {
    const { concurrency: _concurrency, ...connection } = base;
    return connection;
  }
  // For these protocols each bot has a link and a cursor of its own, so a change of `bots` only adds or removes links.
  // For HTTP all bots share one cursor, which may have to be split.
  const { bots: _bots, ...connection } = base;
  return connection;
}

function unfiltered(server: ServerConfig | undefined): Omit<ServerConfig, 'filter'> | undefined {
  if (server === undefined) return undefined;
  const { filter: _filter, ...rest } = server;
  return rest;
}

function differ(one: unknown, other: unknown): boolean {
  return !isDeepStrictEqual(one, other);
}
