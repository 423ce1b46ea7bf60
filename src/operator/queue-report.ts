import type { DeliveryCounts, LinkStatus, ServerStatus } from '../servers/types.ts';
import { steadyNow } from '../support/clock.ts';
import { listed, remarks, type Text, text, type Words } from '../support/text.ts';
import { ageText, durationText } from './duration-text.ts';
import { fitted } from './fitted-lines.ts';
import { sizeText } from './quantity-text.ts';
import { stateWords } from './state-words.ts';
import { type Column, type TableOptions, textTable } from './text-table.ts';
import type { BridgeStatus, LogStatus, ServerReport } from './types.ts';

const HEADER: readonly (Words | Column)[] = [
  { title: text`SERVER`, fit: 'cut' },
  { title: text`BOT`, fit: 5 },
  text`STATE`,
  text`WAITING`,
  { title: text`BYTES`, fit: 3 },
  { title: text`OLDEST`, fit: 4 },
  { title: text`IN FLIGHT`, fit: 1 },
  { title: text`DROPPED`, fit: 2 },
  { title: '', fit: 'below' },
];

/** The answer to `queue`: a line per link with what waits for it, and why it waits. */
export function queueLines({ servers, log }: BridgeStatus, options: TableOptions): Words[] {
  if (servers.length === 0) return [text`No server is configured: add one to server_list.`];
  return [
    ...textTable(
      HEADER,
      servers.flatMap((server) => serverRows(server, options)),
      options,
    ),
    ...fitted([text`In all: ${queueText(servers)}. Event log: ${logText(log)}.`], options),
  ];
}

/** What waits for all servers together: `12 events, 1.5 KiB, the oldest from 3 min ago`. */
export function queueText(servers: readonly ServerStatus[]): Text {
  const links = servers.flatMap((server) => server.links);
  const events = links.reduce((sum, link) => sum + link.queuedEvents, 0);
  const bytes = links.reduce((sum, link) => sum + link.queuedBytes, 0);
  const oldestAt = links.reduce((oldest, link) => Math.min(oldest, link.oldestAt ?? oldest), Number.POSITIVE_INFINITY);
  if (events === 0) return text`nothing waits`;
  const counted = events === 1 ? text`1 event` : text`${events} events`;
  const amount = text`${counted}, ${sizeText(bytes)}`;
  return oldestAt === Number.POSITIVE_INFINITY ? amount : text`${amount}, the oldest from ${ageText(oldestAt)} ago`;
}

/** How the event log is, in a few words. */
export function logText({ kind, reason }: LogStatus): Text {
  const why = reason === undefined ? '' : text` (${reason})`;
  if (kind === 'durable') return text`durable`;
  return kind === 'memory'
    ? text`in memory alone${why}, nothing outlives a stop`
    : text`failing${why}, HTTP reports are answered 503`;
}

/** One line while the event log is failing, for whoever looks for the cause elsewhere. */
export function logTroubleLines({ log }: BridgeStatus): Words[] {
  return log.kind === 'failing' ? [text`Event log: ${logText(log)}.`] : [];
}

/** When the next try is due. Empty where there is none. */
export function nextTryText(nextTryAt: number | undefined): Text[] {
  return nextTryAt === undefined ? [] : [text`next try in ${durationText(nextTryAt - steadyNow())}`];
}

/** The frame limit that the bridge learned when the server closed a link with 1009. */
export function frameLimitText(bytes: number): Text {
  return text`takes no event of ${sizeText(bytes)} or more`;
}

/** How many events were dropped, whatever the reason. */
export function droppedInAll({ dropped }: DeliveryCounts): number {
  return dropped.tooOld + dropped.overflow + dropped.unreadable + dropped.dead;
}

/** The first column of a link below its server. It names the bot, since a narrow terminal has no column for bots. */
export function linkName(selfId: string | undefined, { maxWidth }: TableOptions): string {
  return maxWidth === undefined || selfId === undefined ? '' : `  / ${selfId}`;
}

function serverRows(server: ServerReport, options: TableOptions): Words[][] {
  const { name, links, counts } = server;
  const dropped = droppedText(counts);
  if (links.length === 0) return [[name, '', stateText(server), '0', '', '', '', dropped, server.cause ?? '']];
  return links.map((link, index) => [
    index === 0 ? name : linkName(link.selfId, options),
    link.selfId ?? text`all`,
    stateText(server, link),
    String(link.queuedEvents),
    link.queuedEvents === 0 ? '' : sizeText(link.queuedBytes),
    link.oldestAt === undefined ? '' : ageText(link.oldestAt),
    String(link.inFlight),
    index === 0 ? dropped : '',
    remarks([
      ...(link.standing.cause === undefined ? [] : [link.standing.cause]),
      ...heldText(link),
      ...nextTryText(link.nextTryAt),
    ]),
  ]);
}

/** The state of a link. For a paused server both: `paused`, and the state of the link. */
function stateText({ state }: ServerReport, link?: LinkStatus): Words {
  const shown = link === undefined ? state : link.standing.state;
  return state === 'paused' && link !== undefined ? text`paused, ${stateWords(shown)}` : stateWords(shown);
}

function heldText({ heldEvents = 0 }: LinkStatus): readonly Words[] {
  return heldEvents === 0 ? [] : [text`${heldEvents} wait for their bot to take calls`];
}

function droppedText({ dropped }: DeliveryCounts): Words {
  const counted = [
    ...(dropped.tooOld > 0 ? [text`${dropped.tooOld} too old`] : []),
    ...(dropped.overflow > 0 ? [text`${dropped.overflow} overflow`] : []),
    ...(dropped.unreadable > 0 ? [text`${dropped.unreadable} unreadable`] : []),
    ...(dropped.dead > 0 ? [text`${dropped.dead} dead`] : []),
  ];
  return counted.length === 0 ? '0' : listed(counted);
}
