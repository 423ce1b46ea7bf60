import type { BotStatus } from '../bots/types.ts';
import type { LinkStatus, ServerStatus } from '../servers/types.ts';
import { steadyNow } from '../support/clock.ts';
import { durationText } from './duration-text.ts';
import { type TableOptions, textTable } from './text-table.ts';
import type { BridgeStatus, ReloadOutcome } from './types.ts';

/** The answer to `status`: the daemon at a glance. */
export function statusLines(status: BridgeStatus, debug: boolean): string[] {
  const { bots, servers } = status;
  const online = bots.filter((bot) => bot.online).length;
  const up = servers.filter((server) => server.links.some((link) => link.state === 'up')).length;
  const disabled = servers.filter((server) => !server.enabled).length;
  return [
    `QQBridge ${status.version}, ${status.phase}, for ${ageText(status.startedAt)}`,
    `port     ${status.address}`,
    `admin    ${status.adminAddress ?? 'off'}`,
    `config   ${status.configFile}`,
    `bots     ${online} of ${bots.length} online`,
    `servers  ${up} of ${servers.length} up${disabled === 0 ? '' : `, ${disabled} disabled`}`,
    `debug    ${debug ? 'on' : 'off'}`,
  ];
}

/** The answer to `bots`: a line per session. */
export function botLines({ bots, address }: BridgeStatus, options: TableOptions): string[] {
  if (bots.length === 0) return [`No bot has come yet. Bots connect to ${address}.`];
  const rows = bots.flatMap((bot) => {
    const sessions = bot.sessions.map(({ role, kind, remote, since, userAgent }) => [
      `${role} ${kind}`,
      remote,
      ageText(since),
      userAgent ?? '',
    ]);
    return underOneHead(botHead(bot), sessions);
  });
  return textTable(['BOT', 'STATE', 'EVENTS', 'LAST EVENT', 'SESSION', 'FROM', 'FOR', 'PROGRAM'], rows, options);
}

function botHead({ selfId, online, events, lastEventAt }: BotStatus): string[] {
  const last = lastEventAt === undefined ? 'never' : `${ageText(lastEventAt)} ago`;
  return [selfId, online ? 'online' : 'offline', String(events), last];
}

/** The answer to `servers`: a line per link. */
export function serverLines({ servers }: BridgeStatus, options: TableOptions): string[] {
  if (servers.length === 0) return ['No server is configured: add one to server_list.'];
  const rows = servers.flatMap((server) => underOneHead(serverHead(server), server.links.map(linkCells)));
  const header = [
    'SERVER',
    'PROTOCOL',
    'DELIVERED',
    'RETRIED',
    'DROPPED',
    'CALLS',
    'BOT',
    'LINK',
    'FOR',
    'WAITING',
    '',
  ];
  return textTable(header, rows, options);
}

function serverHead({ name, protocol, enabled, counts }: ServerStatus): string[] {
  const numbers = [counts.delivered, counts.retried, counts.dropped, counts.calls].map(String);
  return [name, enabled ? protocol : 'disabled', ...numbers];
}

function linkCells({ selfId, state, since, queuedEvents, lastError, nextTryAt }: LinkStatus): string[] {
  const next = nextTryAt === undefined ? '' : `next try in ${durationText(nextTryAt - steadyNow())}`;
  const trouble = [lastError, next].filter((part) => part !== undefined && part !== '').join('; ');
  return [selfId ?? 'all', state, ageText(since), String(queuedEvents), trouble];
}

/** The head stands beside the first of its rows only, and alone where it has none. */
function underOneHead(head: readonly string[], rows: readonly (readonly string[])[]): string[][] {
  const [first = [], ...others] = rows;
  return [[...head, ...first], ...others.map((row) => [...head.map(() => ''), ...row])];
}

/** The answer to a `reload config` that was taken. */
export function appliedLines({
  changes,
  needRestart,
  warnings,
}: Extract<ReloadOutcome, { kind: 'applied' }>): string[] {
  return [
    ...warnings.map((warning) => `warning: ${warning}`),
    ...changes,
    ...(needRestart.length === 0 ? [] : [`a restart is needed for: ${needRestart.join(', ')}`]),
    changes.length + needRestart.length === 0 ? 'The config is as it was.' : 'The config is reloaded.',
  ];
}

/** How long ago a moment was. */
export function ageText(since: number): string {
  return durationText(steadyNow() - since);
}
