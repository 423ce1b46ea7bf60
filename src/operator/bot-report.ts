import type { DialledBotStatus } from '../bots/types.ts';
import { remarks, text, type Words } from '../support/text.ts';
import { botAddressLines } from './bot-addresses.ts';
import { ageText } from './duration-text.ts';
import { fitted } from './fitted-lines.ts';
import { logTroubleLines, nextTryText } from './queue-report.ts';
import { cureLines, stateWords } from './state-words.ts';
import { type Column, type TableOptions, textTable } from './text-table.ts';
import type { BotReport, BridgeStatus } from './types.ts';

/** The answer to `bots`: each bot with its state, a line for each session, and advice for bots in trouble. */
export function botLines(status: BridgeStatus, options: TableOptions): Words[] {
  const { bots, dialled } = status;
  // If the bot of an entry is known, the bot's line stands for the entry too.
  const unknown = dialled.filter(({ selfId }) => !bots.some((bot) => bot.selfId === selfId));
  const down = dialled.filter((entry) => !unknown.includes(entry) && entry.standing.state !== 'online');
  const partly = down.filter((entry) => isPartlyDown(entry, bots));
  const rows = [...bots.flatMap(botRows), ...unknown.map(dialledRow)];
  const cures = [
    ...bots.map(({ selfId, state, cure }) => ({ name: selfId, state, ...given(cure) })),
    ...[...unknown, ...partly].map(({ name, standing: { state, cure } }) => ({ name, state, ...given(cure) })),
  ];
  return [
    ...(rows.length === 0 ? [text`No bot has come yet.`] : textTable(HEADER, rows, options)),
    ...fitted([...down.map(downLine), ...cureLines(cures)], options),
    ...(bots.length === 0 ? fitted(botAddressLines(status), options) : []),
    ...logTroubleLines(status),
  ];
}

const HEADER: readonly (Words | Column)[] = [
  { title: text`BOT`, fit: 'cut' },
  text`STATE`,
  { title: text`FOR`, fit: 7 },
  { title: text`EVENTS`, fit: 2 },
  { title: text`LAST EVENT`, fit: 6 },
  { title: text`SESSION`, fit: 5 },
  { title: text`FROM`, fit: 4 },
  { title: text`SINCE`, fit: 3 },
  { title: text`PROGRAM`, fit: 1 },
  { title: '', fit: 'below' },
];

function botRows(bot: BotReport): Words[][] {
  const { selfId, state, since, events, lastEventAt, sessions, cause } = bot;
  const last = lastEventAt === undefined ? text`never` : text`${ageText(lastEventAt)} ago`;
  const head = [selfId, stateWords(state), ageText(since), String(events), last];
  const cells = sessions.map((session) => {
    const { role, kind, remote, userAgent } = session;
    return [`${role} ${kind}`, remote, ageText(session.since), userAgent ?? ''];
  });
  const [first = ['', '', '', ''], ...others] = cells;
  return [[...head, ...first, cause ?? ''], ...others.map((row) => [...head.map(() => ''), ...row, ''])];
}

/** An entry of `bots` whose account is not known yet. */
function dialledRow({ name, url, kind, standing, nextTryAt }: DialledBotStatus): Words[] {
  const { state, since, cause } = standing;
  const reason = remarks([...(cause === undefined ? [] : [cause]), ...nextTryText(nextTryAt)]);
  return [name, stateWords(state), ageText(since), '0', text`never`, kind, url, '', '', reason];
}

/** Whether this entry does not work although its bot is connected in another way. */
function isPartlyDown({ selfId, standing }: DialledBotStatus, bots: readonly BotReport[]): boolean {
  const bot = bots.find((each) => each.selfId === selfId);
  return bot !== undefined && bot.cause !== standing.cause;
}

function downLine({ name, url, nextTryAt, standing: { state, cause } }: DialledBotStatus): Words {
  const reason = remarks([stateWords(state), ...(cause === undefined ? [] : [cause]), ...nextTryText(nextTryAt)]);
  return text`${name}, which the bridge dials at ${url}: ${reason}`;
}

function given(cure: Words | undefined): { cure?: Words } {
  return cure === undefined ? {} : { cure };
}
