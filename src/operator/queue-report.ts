import type { DeliveryCounts, LinkStatus, ServerStatus } from '../servers/types.ts';
import { steadyNow } from '../support/clock.ts';
import { ageText, durationText } from './duration-text.ts';
import { countText, sizeText } from './quantity-text.ts';
import { type TableOptions, textTable } from './text-table.ts';
import type { BridgeStatus, LogStatus } from './types.ts';

const HEADER = ['SERVER', 'BOT', 'LINK', 'WAITING', 'BYTES', 'OLDEST', 'IN FLIGHT', 'DROPPED', ''];

/** The answer to `queue`: a line per link with what waits for it, and why it waits. */
export function queueLines({ servers, log }: BridgeStatus, options: TableOptions): string[] {
  if (servers.length === 0) return ['No server is configured: add one to server_list.'];
  return [
    ...textTable(HEADER, servers.flatMap(serverRows), options),
    `In all: ${queueText(servers)}. Event log: ${logText(log)}.`,
  ];
}

/** What waits for all servers together: `12 events, 1.5 KiB, the oldest from 3 min ago`. */
export function queueText(servers: readonly ServerStatus[]): string {
  const links = servers.flatMap((server) => server.links);
  const events = links.reduce((sum, link) => sum + link.queuedEvents, 0);
  const bytes = links.reduce((sum, link) => sum + link.queuedBytes, 0);
  const oldestAt = links.reduce((oldest, link) => Math.min(oldest, link.oldestAt ?? oldest), Number.POSITIVE_INFINITY);
  const age = oldestAt === Number.POSITIVE_INFINITY ? '' : `, the oldest from ${ageText(oldestAt)} ago`;
  return events === 0 ? 'nothing waits' : `${countText(events, 'event')}, ${sizeText(bytes)}${age}`;
}

/** How the event log is, in a few words. */
export function logText({ kind, reason }: LogStatus): string {
  const why = reason === undefined ? '' : ` (${reason})`;
  if (kind === 'durable') return 'durable';
  return kind === 'memory'
    ? `in memory alone${why}, nothing outlives a stop`
    : `failing${why}, HTTP reports are answered 503`;
}

/** One line while the event log is failing, for whoever looks for the cause elsewhere. */
export function logTroubleLines({ log }: BridgeStatus): string[] {
  return log.kind === 'failing' ? [`Event log: ${logText(log)}.`] : [];
}

/** The last failure and when the next try is due. */
export function troubleText({ lastError, nextTryAt }: Pick<LinkStatus, 'lastError' | 'nextTryAt'>): string {
  const next = nextTryAt === undefined ? undefined : `next try in ${durationText(nextTryAt - steadyNow())}`;
  return [lastError, next].filter((part) => part !== undefined).join('; ');
}

/** How many events were dropped, whatever the reason. */
export function droppedInAll({ dropped }: DeliveryCounts): number {
  return dropped.tooOld + dropped.overflow + dropped.unreadable + dropped.dead;
}

function serverRows(server: ServerStatus): string[][] {
  const { name, links, counts } = server;
  const dropped = droppedText(counts);
  if (links.length === 0) return [[name, '', stateText(server), '0', '', '', '', dropped]];
  return links.map((link, index) => [
    index === 0 ? name : '',
    link.selfId ?? 'all',
    stateText(server, link),
    String(link.queuedEvents),
    link.queuedEvents === 0 ? '' : sizeText(link.queuedBytes),
    link.oldestAt === undefined ? '' : ageText(link.oldestAt),
    String(link.inFlight),
    index === 0 ? dropped : '',
    troubleText(link),
  ]);
}

function stateText({ enabled, paused }: ServerStatus, link?: LinkStatus): string {
  const state = enabled ? (link?.state ?? 'no bot') : 'disabled';
  return paused ? `${state}, paused` : state;
}

function droppedText({ dropped }: DeliveryCounts): string {
  const reasons = [
    [dropped.tooOld, 'too old'],
    [dropped.overflow, 'overflow'],
    [dropped.unreadable, 'unreadable'],
    [dropped.dead, 'dead'],
  ] as const;
  const counted = reasons.filter(([count]) => count > 0).map(([count, reason]) => `${count} ${reason}`);
  return counted.length === 0 ? '0' : counted.join(', ');
}
