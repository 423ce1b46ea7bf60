import type { BotStatus, DialledBotStatus } from '../bots/types.ts';
import type { LinkStatus, ServerStatus } from '../servers/types.ts';
import { ageText } from './duration-text.ts';
import { droppedInAll, logText, logTroubleLines, queueText, troubleText } from './queue-report.ts';
import { type TableOptions, textTable } from './text-table.ts';
import type { BridgeStatus, ReloadOutcome } from './types.ts';

/** The answer to `status`: the daemon at a glance. */
export function statusLines(status: BridgeStatus, debug: boolean): string[] {
  const { bots, servers } = status;
  const online = bots.filter((bot) => bot.online).length;
  const up = servers.filter((server) => server.links.some((link) => link.state === 'up')).length;
  const others = [
    [servers.filter((server) => !server.enabled).length, 'disabled'],
    [servers.filter((server) => server.paused).length, 'paused'],
  ] as const;
  return [
    `QQBridge ${status.version}, ${status.phase}, for ${ageText(status.startedAt)}`,
    `port     ${status.address}`,
    `admin    ${status.adminAddress ?? 'off'}`,
    `config   ${status.configFile}`,
    `bots     ${online} of ${bots.length} online`,
    `servers  ${[`${up} of ${servers.length} up`, ...others.filter(([n]) => n > 0).map((each) => each.join(' '))].join(', ')}`,
    `queue    ${queueText(servers)}`,
    `log      ${logText(status.log)}`,
    `debug    ${debug ? 'on' : 'off'}`,
  ];
}

/** The answer to `bots`: a line per session. */
export function botLines(status: BridgeStatus, options: TableOptions): string[] {
  const { bots, dialled, address } = status;
  const missing = dialled.filter(({ state }) => state !== 'up').map(dialLine);
  if (bots.length === 0) {
    return [`No bot has come yet. Bots connect to ${address}.`, ...missing, ...logTroubleLines(status)];
  }
  const rows = bots.flatMap((bot) => {
    const sessions = bot.sessions.map(({ role, kind, remote, since, userAgent }) => [
      `${role} ${kind}`,
      remote,
      ageText(since),
      userAgent ?? '',
    ]);
    return underOneHead(botHead(bot), sessions);
  });
  const header = ['BOT', 'STATE', 'EVENTS', 'LAST EVENT', 'SESSION', 'FROM', 'FOR', 'PROGRAM'];
  return [...textTable(header, rows, options), ...missing, ...logTroubleLines(status)];
}

/** `main, which the bridge dials at ws://127.0.0.1:3001/: waiting; connection refused; next try in 4 s`. */
function dialLine(bot: DialledBotStatus): string {
  const { name, url, state } = bot;
  return `${name}, which the bridge dials at ${url}: ${[state, troubleText(bot)].filter((part) => part !== '').join('; ')}`;
}

function botHead({ selfId, online, events, lastEventAt }: BotStatus): string[] {
  const last = lastEventAt === undefined ? 'never' : `${ageText(lastEventAt)} ago`;
  return [selfId, online ? 'online' : 'offline', String(events), last];
}

/** The answer to `servers`: a line per link. */
export function serverLines(status: BridgeStatus, options: TableOptions): string[] {
  const { servers } = status;
  if (servers.length === 0) return ['No server is configured: add one to server_list.'];
  const rows = servers.flatMap((server) => underOneHead(serverHead(server), server.links.map(linkCells)));
  const header = [
    'SERVER',
    'PROTOCOL',
    'DELIVERED',
    'RETRIED',
    'UNANSWERED',
    'DROPPED',
    'CALLS',
    'BOT',
    'LINK',
    'FOR',
    'WAITING',
    '',
  ];
  return [...textTable(header, rows, options), ...logTroubleLines(status)];
}

function serverHead({ name, protocol, enabled, paused, counts }: ServerStatus): string[] {
  const { delivered, retried, unanswered, calls } = counts;
  const numbers = [delivered, retried, unanswered, droppedInAll(counts), calls].map(String);
  return [name, `${enabled ? protocol : 'disabled'}${paused ? ', paused' : ''}`, ...numbers];
}

function linkCells(link: LinkStatus): string[] {
  const { selfId, state, since, queuedEvents } = link;
  return [selfId ?? 'all', state, ageText(since), String(queuedEvents), troubleText(link)];
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
