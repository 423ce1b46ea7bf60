import { printable } from '../support/printable.ts';
import { type Text, text, type Words } from '../support/text.ts';
import { type CommandAnswer, type CommandArgument, type CommandContext, failed, ok, tableOptions } from './command.ts';
import { dateTimeText } from './date-text.ts';
import { fitted } from './fitted-lines.ts';
import { sizeText } from './quantity-text.ts';
import { type Column, textTable } from './text-table.ts';
import { cutToWidth, textWidth } from './text-width.ts';
import type { DeadLetterStatus } from './types.ts';

/** Of up to 1,000 per server. */
const MAX_SHOWN = 100;

const HEADER: readonly (Words | Column)[] = [
  text`TIME`,
  { title: text`EVENT`, fit: 4 },
  { title: text`SERVER`, fit: 'cut' },
  { title: text`BOT`, fit: 3 },
  { title: text`STATUS`, fit: 2 },
  { title: text`BYTES`, fit: 1 },
  { title: text`REASON`, fit: 'below' },
];

/** A server, or one that is gone and has left dead letters behind. */
export const serverOfLetters: CommandArgument = {
  name: 'NAME',
  noun: text`server`,
  required: true,
  values: (bridge) => {
    const servers = bridge.status().servers.map(({ name }) => name);
    return [...new Set([...servers, ...bridge.deadLetters().map(({ server }) => server)])];
  },
};

/** `dead`: the newest last, under which a terminal stands. */
export function listDead(context: CommandContext, server: string): CommandAnswer {
  const letters = context.bridge.deadLetters(server === '' ? undefined : server);
  if (letters.length === 0) return ok([server === '' ? text`There are no dead letters.` : noneOf(server)]);
  const rows = letters
    .slice(-MAX_SHOWN)
    .map(({ at, event, server: of, selfId, status, byteLength, reason }) => [
      dateTimeText(at),
      event,
      of,
      selfId,
      status === undefined ? '' : String(status),
      sizeText(byteLength),
      reasonWords(reason),
    ]);
  const bytes = letters.reduce((sum, { byteLength }) => sum + byteLength, 0);
  const shown = letters.length > MAX_SHOWN ? text`; the newest ${MAX_SHOWN} are shown` : '';
  return ok([
    ...textTable(HEADER, rows, tableOptions(context)),
    ...answersIn(letters.slice(-MAX_SHOWN), context.columns),
    ...fitted(
      [text`${lettersText(letters.length)}, ${sizeText(bytes)}${shown}. Send them again with: dead retry NAME`],
      tableOptions(context),
    ),
  ]);
}

/** `dead retry NAME`. */
export async function retryDead({ bridge }: CommandContext, server: string): Promise<CommandAnswer> {
  const count = await bridge.retryDead(server);
  if (count === undefined) return failed([text`There is no server ${server} any more.`]);
  if (count === 0) return ok([noneOf(server)]);
  return ok([text`${lettersText(count)} of ${server} will be sent again.`]);
}

/** `dead drop NAME`. */
export async function dropDead({ bridge }: CommandContext, server: string): Promise<CommandAnswer> {
  const count = await bridge.dropDead(server);
  if (count === 0) return ok([noneOf(server)]);
  return ok([text`${lettersText(count)} of ${server} thrown away.`]);
}

/** It comes from the disk, where it stands in English. */
export function reasonWords(reason: string): Words {
  for (const [pattern, words] of REASONS) {
    const found = pattern.exec(reason);
    if (found !== null) return words(...found.slice(1));
  }
  return reason;
}

const REASONS: readonly (readonly [RegExp, (...values: string[]) => Words])[] = [
  [/^answered with (\d+)$/, (status = '') => text`answered with ${status}`],
  [
    /^answered with (\d+), a redirect to (.*)$/,
    (status = '', location = '') => text`answered with ${status}, a redirect to ${location}`,
  ],
  [/^an error of the bridge$/, () => text`an error of the bridge`],
  [/^(\d+) bytes are more than the server takes$/, (bytes = '') => text`${bytes} bytes are more than the server takes`],
  [
    /^(\d+) bytes are more than the server takes \((\d+)\)$/,
    (bytes = '', code = '') => text`${bytes} bytes are more than the server takes (${code})`,
  ],
  [/^the link breaks with it \((.*)\)$/s, (why = '') => text`the link breaks with it (${why})`],
  [/^the connection breaks with it \((.*)\)$/s, (why = '') => text`the connection breaks with it (${why})`],
];

/** The servers' answers, equal ones once, the newest last. */
function answersIn(letters: readonly DeadLetterStatus[], columns: number | undefined): Text[] {
  const said = new Map<string, Text>();
  for (const { server, answer } of letters) {
    if (answer === undefined) continue;
    const key = JSON.stringify([server, answer]);
    said.delete(key);
    const shown = printable(answer);
    const maxWidth = columns === undefined ? Number.POSITIVE_INFINITY : columns - textWidth(server) - ANSWERED_WIDTH;
    said.set(key, text`${server} answered: ${cutToWidth(shown, Math.max(maxWidth, MIN_ANSWER_WIDTH))}`);
  }
  return [...said.values()].slice(-MAX_ANSWERS);
}

const MAX_ANSWERS = 10;

const MIN_ANSWER_WIDTH = 20;

/** The width of the words between a server's name and its answer. */
const ANSWERED_WIDTH = 12;

function noneOf(server: string): Text {
  return text`There are no dead letters of ${server}.`;
}

function lettersText(count: number): Text {
  return count === 1 ? text`1 dead letter` : text`${count} dead letters`;
}
