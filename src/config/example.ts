import { inEnglish, type Speak, Text, text } from '../support/text.ts';
import { ANY_NAME, CATALOGUE, type CatalogueKey } from './catalogue.ts';
import { commentLines } from './comment-lines.ts';

const HEAD = text`The config of QQBridge: every key with its default, or with an example where it has none. A key with "#" before it is off; take the "#" away to use it. After a change type "reload config" in the console; host, port and data are taken up at the next start. Editors check this file by the schema beside it, which the subcommand "schema" prints.`;

/** Opens every file that the bridge writes. */
export function configHead(speak: Speak): string {
  const lines = commentLines(speak(HEAD), HEAD_WIDTH).map((line) => `# ${line}\n`);
  return `# yaml-language-server: $schema=./schema.json\n#\n${lines.join('')}`;
}

/**
 * The keys of QQBridge.py stand in the open, as its users know them, with their default unless a value is given here.
 * The one server is off, so that a first run has no address to fail at; its user has a pattern to fill in.
 */
const IN_THE_OPEN: ReadonlyMap<string, string | undefined> = new Map([
  ['websocket', undefined],
  ['host', undefined],
  ['port', undefined],
  ['debug_mode', undefined],
  ['server_list', undefined],
  [`server_list.${ANY_NAME}`, undefined],
  [`server_list.${ANY_NAME}.host`, undefined],
  [`server_list.${ANY_NAME}.port`, undefined],
  [`server_list.${ANY_NAME}.enabled`, 'false'],
]);

/** The name of the one entry of each map by names. */
const ENTRY_NAMES: Readonly<Record<string, string>> = { server_list: 'survival', bots: 'main' };
const WIDTH = 110;
const HEAD_WIDTH = 118;

/** A whole config with comments: `config/example.yml`, and what a first run writes. */
export function exampleConfig(speak: Speak = inEnglish): string {
  return configHead(speak) + CATALOGUE.map((key) => entryOf(key, speak)).join('');
}

function entryOf(key: CatalogueKey, speak: Speak): string {
  const { comment, line } = marginsOf(key.path);
  const last = key.path.at(-1);
  const name = last === ANY_NAME ? ENTRY_NAMES[key.path[0] ?? ''] : last;
  const value = IN_THE_OPEN.get(key.path.join('.')) ?? key.preset ?? key.example;
  return [
    ...(key.path.length === 1 ? [''] : []),
    ...commentLines(speak(new Text(key.description)), WIDTH - comment.length).map((words) => `${comment}# ${words}`),
    value === undefined ? `${line}${name}:` : `${line}${name}: ${value}`,
    '',
  ].join('\n');
}

/**
 * A section that is off has the "#" of all its lines in the column where it begins, so that taking that column away
 * brings back the whole of it.
 */
function marginsOf(path: readonly string[]): { readonly comment: string; readonly line: string } {
  const depth = path.length - 1;
  const offAt = path.findIndex((_, index) => !IN_THE_OPEN.has(path.slice(0, index + 1).join('.')));
  const indent = '  '.repeat(depth);
  if (offAt === -1) return { comment: indent, line: indent };
  const line = `${'  '.repeat(offAt)}#${'  '.repeat(depth - offAt)}`;
  return { comment: offAt === depth ? indent : line, line };
}
