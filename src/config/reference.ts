import { inEnglish, type Speak, Text, text, type Words } from '../support/text.ts';
import { ANY_NAME, CATALOGUE, type CatalogueKey } from './catalogue.ts';
import { ENGLISH_PAGE, type ReferencePage } from './reference-pages.ts';

/** Maps that have a section of their own. */
const SECTIONS: readonly (readonly [title: keyof ReferencePage['titles'], path: readonly string[]])[] = [
  ['', []],
  ['server', ['server_list', ANY_NAME]],
  ['bot', ['bots', ANY_NAME]],
  ['queue', ['server_list', ANY_NAME, 'queue']],
  ['log', ['log']],
  ['admin', ['admin']],
];

/** `docs/configuration.md` or its translation: every key with the values it takes, its default and its meaning. */
export function configReference(page: ReferencePage = ENGLISH_PAGE, speak: Speak = inEnglish): string {
  const sections = SECTIONS.map(([title, path]) => `\n## ${page.titles[title]}\n\n${tableOf(path, page, speak)}`);
  return page.head + sections.join('') + page.tail;
}

/** The allowed values of a key, as a sentence that can be translated. */
export function allowedWords(allowed: string): Words {
  const [, what, from, to] = /^(.+) from (\d+) to (\d+)$/.exec(allowed) ?? [];
  if (what !== undefined) return text`${new Text(what)} from ${Number(from)} to ${Number(to)}`;
  const [, first, last] = /^(\w+(?:, \w+)*) or (\w+)$/.exec(allowed) ?? [];
  if (first === undefined || last === undefined) return allowed === '' ? '' : new Text(allowed);
  const names = first
    .split(', ')
    .reduce<Words>((before, name) => (before === '' ? name : text`${before}, ${name}`), '');
  return text`${names} or ${last}`;
}

function tableOf(path: readonly string[], { columns }: ReferencePage, speak: Speak): string {
  const keys = CATALOGUE.filter(
    (key) => key.path.length === path.length + 1 && path.every((part, index) => key.path[index] === part),
  );
  return `| ${columns.join(' | ')} |\n| --- | --- | --- | --- |\n${keys.map((key) => rowOf(key, speak)).join('')}`;
}

function rowOf({ path, allowed, preset, description }: CatalogueKey, speak: Speak): string {
  const shown = preset === undefined ? '' : `\`${preset}\``;
  return `| \`${path.at(-1)}\` | ${speak(allowedWords(allowed))} | ${shown} | ${speak(new Text(description))} |\n`;
}
