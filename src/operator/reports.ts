import type { BotStatus, DialledBotStatus } from '../bots/types.ts';
import type { LinkStatus, ServerStatus } from '../servers/types.ts';
import { listed, remarks, type Speak, type Text, text, type Words } from '../support/text.ts';
import { ageText } from './duration-text.ts';
import { droppedInAll, frameLimitText, logText, logTroubleLines, queueText, troubleText } from './queue-report.ts';
import { stateWords } from './state-words.ts';
import { padToWidth, type TableOptions, textTable, textWidth } from './text-table.ts';
import type { BridgeStatus, ReloadOutcome } from './types.ts';

/** The answer to `status`: the daemon at a glance. */
export function statusLines(status: BridgeStatus, { debug, speak }: { debug: boolean; speak: Speak }): Words[] {
  const { version, phase, startedAt, bots, servers } = status;
  const online = bots.filter((bot) => bot.online).length;
  const rows = [
    [text`port`, status.address],
    [text`admin`, status.adminAddress ?? text`off`],
    [text`config`, status.configFile],
    [text`bots`, text`${online} of ${bots.length} online`],
    [text`servers`, serversText(servers)],
    [text`queue`, queueText(servers)],
    [text`log`, logText(status.log)],
    [text`debug`, debug ? text`on` : text`off`],
  ] as const;
  const width = Math.max(...rows.map(([name]) => textWidth(speak(name))));
  return [
    text`QQBridge ${version}, ${stateWords(phase)}, for ${ageText(startedAt)}`,
    ...rows.map(([name, value]) => `${padToWidth(speak(name), width)}  ${speak(value)}`),
  ];
}

function serversText(servers: readonly ServerStatus[]): Words {
  const up = servers.filter((server) => server.links.some((link) => link.state === 'up')).length;
  const disabled = servers.filter((server) => !server.enabled).length;
  const paused = servers.filter((server) => server.paused).length;
  return listed([
    text`${up} of ${servers.length} up`,
    ...(disabled > 0 ? [text`${disabled} disabled`] : []),
    ...(paused > 0 ? [text`${paused} paused`] : []),
  ]);
}

/** The answer to `bots`: a line per session. */
export function botLines(status: BridgeStatus, options: TableOptions): Words[] {
  const { bots, dialled, address } = status;
  const missing = dialled.filter(({ state }) => state !== 'up').map(dialLine);
  if (bots.length === 0) {
    return [text`No bot has come yet. Bots connect to ${address}.`, ...missing, ...logTroubleLines(status)];
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
  return [...textTable(BOT_HEADER, rows, options), ...missing, ...logTroubleLines(status)];
}

const BOT_HEADER = [
  text`BOT`,
  text`STATE`,
  text`EVENTS`,
  text`LAST EVENT`,
  text`SESSION`,
  text`FROM`,
  text`FOR`,
  text`PROGRAM`,
];

/** `main, which the bridge dials at ws://127.0.0.1:3001/: waiting; connection refused; next try in 4 s`. */
function dialLine(bot: DialledBotStatus): Text {
  const { name, url, state } = bot;
  const trouble = remarks([stateWords(state), troubleText(bot)].filter((part) => part !== ''));
  return text`${name}, which the bridge dials at ${url}: ${trouble}`;
}

function botHead({ selfId, online, events, lastEventAt }: BotStatus): Words[] {
  const last = lastEventAt === undefined ? text`never` : text`${ageText(lastEventAt)} ago`;
  return [selfId, online ? text`online` : text`offline`, String(events), last];
}

/** The answer to `servers`: a line per link. */
export function serverLines(status: BridgeStatus, options: TableOptions): Words[] {
  const { servers } = status;
  if (servers.length === 0) return [text`No server is configured: add one to server_list.`];
  const rows = servers.flatMap((server) => underOneHead(serverHead(server), linkRows(server)));
  return [...textTable(SERVER_HEADER, rows, options), ...logTroubleLines(status)];
}

const SERVER_HEADER = [
  text`SERVER`,
  text`PROTOCOL`,
  text`DELIVERED`,
  text`RETRIED`,
  text`UNANSWERED`,
  text`DROPPED`,
  text`CALLS`,
  text`BOT`,
  text`LINK`,
  text`FOR`,
  text`WAITING`,
  '',
];

function serverHead({ name, protocol, enabled, paused, counts }: ServerStatus): Words[] {
  const { delivered, retried, unanswered, calls } = counts;
  const numbers = [delivered, retried, unanswered, droppedInAll(counts), calls].map(String);
  const shown = enabled ? protocol : text`disabled`;
  return [name, paused ? text`${shown}, paused` : shown, ...numbers];
}

/** What holds for the whole server stands beside its first link. */
function linkRows({ links, frameLimitBytes }: ServerStatus): Words[][] {
  return links.map((link, index) => linkCells(link, index === 0 ? frameLimitBytes : undefined));
}

function linkCells(link: LinkStatus, frameLimitBytes: number | undefined): Words[] {
  const { selfId, state, since, queuedEvents } = link;
  const limit = frameLimitBytes === undefined ? [] : [frameLimitText(frameLimitBytes)];
  const notes = remarks([troubleText(link), ...limit].filter((part) => part !== ''));
  return [selfId ?? text`all`, stateWords(state), ageText(since), String(queuedEvents), notes];
}

/** The head stands beside the first of its rows only, and alone where it has none. */
function underOneHead(head: readonly Words[], rows: readonly (readonly Words[])[]): Words[][] {
  const [first = [], ...others] = rows;
  return [[...head, ...first], ...others.map((row) => [...head.map(() => ''), ...row])];
}

/** The answer to a `reload config` that was taken. */
export function appliedLines({ changes, needRestart, warnings }: Extract<ReloadOutcome, { kind: 'applied' }>): Words[] {
  return [
    ...warnings.map((warning) => text`warning: ${warning}`),
    ...changes,
    ...(needRestart.length === 0 ? [] : [text`a restart is needed for: ${needRestart.join(', ')}`]),
    changes.length + needRestart.length === 0 ? text`The config is as it was.` : text`The config is reloaded.`,
  ];
}
