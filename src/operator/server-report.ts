import type { LinkStatus } from '../servers/types.ts';
import { remarks, text, type Words } from '../support/text.ts';
import { ageText } from './duration-text.ts';
import { fitted } from './fitted-lines.ts';
import { droppedInAll, frameLimitText, linkName, logTroubleLines, nextTryText } from './queue-report.ts';
import { cureLines, isTrouble, stateWords } from './state-words.ts';
import { type Column, type TableOptions, textTable } from './text-table.ts';
import type { BridgeStatus, ServerReport } from './types.ts';

/** The answer to `servers`: each server with its state, a line for each link if there are several, and advice. */
export function serverLines(status: BridgeStatus, options: TableOptions): Words[] {
  const { servers } = status;
  if (servers.length === 0) return [text`No server is configured: add one to server_list.`];
  return [
    ...textTable(
      HEADER,
      servers.flatMap((server) => serverRows(server, options)),
      options,
    ),
    ...fitted(cureLines(servers.map(withTrouble)), options),
    ...logTroubleLines(status),
  ];
}

const HEADER: readonly (Words | Column)[] = [
  { title: text`SERVER`, fit: 'cut' },
  text`STATE`,
  { title: text`FOR`, fit: 8 },
  { title: text`BOT`, fit: 7 },
  text`WAITING`,
  { title: text`PROTOCOL`, fit: 6 },
  { title: text`DELIVERED`, fit: 5 },
  { title: text`RETRIED`, fit: 2 },
  { title: text`UNANSWERED`, fit: 1 },
  { title: text`DROPPED`, fit: 4 },
  { title: text`CALLS`, fit: 3 },
  { title: '', fit: 'below' },
];

/** The state that the advice is shown for. A server that is up may have another link that is in trouble. */
function withTrouble({ name, state, cure, links }: ServerReport) {
  const troubled = state === 'up' ? links.find(({ standing }) => isTrouble(standing.state)) : undefined;
  return { name, state: troubled?.standing.state ?? state, ...(cure === undefined ? {} : { cure }) };
}

function serverRows(server: ServerReport, options: TableOptions): Words[][] {
  const { name, state, since, protocol, counts, links } = server;
  const { delivered, retried, unanswered, calls } = counts;
  const waiting = links.reduce((sum, { queuedEvents }) => sum + queuedEvents, 0);
  const [only] = links;
  const bot = links.length > 1 ? text`${links.length} bots` : only === undefined ? '' : (only.selfId ?? text`all`);
  const numbers = [delivered, retried, unanswered, droppedInAll(counts), calls].map(String);
  const head = [
    name,
    stateWords(state),
    ageText(since),
    bot,
    String(waiting),
    protocol,
    ...numbers,
    reasonText(server),
  ];
  return [head, ...(links.length > 1 ? links.map((link) => linkRow(link, options)) : [])];
}

/** The cause of the state. For a paused server also the state of its only link. */
export function reasonText({ cause, state, links, frameLimitBytes }: ServerReport): Words {
  const [only] = links;
  const isBehindPause = state === 'paused' && only !== undefined && only.standing.cause !== undefined;
  return remarks([
    ...(cause === undefined ? [] : [cause]),
    ...(isBehindPause ? [linkReason(only)] : []),
    ...(links.length === 1 ? nextTryText(only?.nextTryAt) : []),
    ...(frameLimitBytes === undefined ? [] : [frameLimitText(frameLimitBytes)]),
  ]);
}

function linkRow(link: LinkStatus, options: TableOptions): Words[] {
  const { selfId, standing, queuedEvents, nextTryAt } = link;
  const { state, since, cause } = standing;
  const reason = remarks([...(cause === undefined ? [] : [cause]), ...nextTryText(nextTryAt)]);
  const none = ['', '', '', '', '', ''];
  return [
    linkName(selfId, options),
    stateWords(state),
    ageText(since),
    selfId ?? text`all`,
    String(queuedEvents),
    ...none,
    reason,
  ];
}

function linkReason({ standing: { state, cause } }: LinkStatus): Words {
  return cause === undefined ? stateWords(state) : text`${stateWords(state)}: ${cause}`;
}
