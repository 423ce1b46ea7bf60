import { dump } from 'js-yaml';
import { inEnglish, type Speak, Text } from '../support/text.ts';
import { ANY_NAME, CATALOGUE, type CatalogueKey } from './catalogue.ts';
import { commentLines } from './comment-lines.ts';
import { configHead } from './example.ts';

/** A value as it will stand in the file. Numbers that must not lose digits are given as text. */
export type FileValue = string | number | boolean | readonly FileValue[] | { readonly [key: string]: FileValue };

/** Keys of the config file that were chosen, nested as they are there. */
export type ChosenSettings = Readonly<Record<string, FileValue>>;

const WIDTH = 110;

/** What QQBridge.py's users look for stands in the open even where nothing was chosen. */
const DEFAULTS: ChosenSettings = {
  websocket: true,
  host: '127.0.0.1',
  port: 5700,
  server_list: { survival: { enabled: false, host: '127.0.0.1', port: 5701 } },
  debug_mode: false,
};

/** The maps that hold entries by names, and what an entry is called where none was chosen. */
const NAMED: Readonly<Record<string, string>> = { server_list: 'survival', bots: 'main' };

/**
 * A whole config with comments, as `exampleConfig` makes it, in which the chosen settings stand in the open and all others
 * are there behind a "#". What can be said of a server or bot stands with the first one only.
 */
export function composeConfig(chosen: ChosenSettings, speak: Speak = inEnglish): string {
  const servers = chosen['server_list'];
  const isEmpty = servers === undefined || Object.keys(servers).length === 0;
  const settings = {
    ...DEFAULTS,
    ...chosen,
    ...(isEmpty ? { server_list: DEFAULTS['server_list'] as FileValue } : {}),
  };
  const top = CATALOGUE.filter(({ path }) => path.length === 1);
  return configHead(speak) + top.map((key) => sectionOf(key, { settings, speak })).join('');
}

function sectionOf(
  key: CatalogueKey,
  { settings, speak }: { readonly settings: ChosenSettings; readonly speak: Speak },
): string {
  const [name = ''] = key.path;
  const value = settings[name];
  const named = NAMED[name];
  if (named === undefined || value === undefined)
    return `\n${linesOf(key, { value, isOpen: true, depth: 0, named, speak })}`;
  const [first, ...others] = Object.entries(value);
  const model = CATALOGUE.find(({ path }) => path.length === 2 && path[0] === name && path[1] === ANY_NAME);
  if (first === undefined || model === undefined) return '';
  return [
    '\n',
    comment(speak(new Text(key.description)), '', 0),
    `${name}:\n`,
    linesOf({ ...model, description: '' }, { value: first[1], isOpen: true, depth: 1, named: first[0], speak }),
    ...others.map(([each, entry]) => briefly(each, entry)),
  ].join('');
}

interface Spot {
  /** What was chosen; absent: nothing, and the line is off. */
  readonly value: FileValue | undefined;
  /** Whether what it stands in is on. */
  readonly isOpen: boolean;
  readonly depth: number;
  /** The name of the entry, for `<name>`. */
  readonly named: string | undefined;
  readonly speak: Speak;
  /** Where the "#" of the map begins that it stands in and that is off. */
  readonly offAt?: number;
}

/** A key, its comment, and all that is in it. The "#" of a map that is off stand in one column, as in the example. */
function linesOf(key: CatalogueKey, { value, isOpen, depth, named, speak, offAt = depth }: Spot): string {
  const isOn = isOpen && value !== undefined;
  const margin = isOn ? '  '.repeat(depth) : `${'  '.repeat(offAt)}#${'  '.repeat(depth - offAt)}`;
  const last = key.path.at(-1) ?? '';
  const name = last === ANY_NAME ? scalarText(named ?? '') : last;
  const children = childrenOf(key);
  const remark = comment(speak(new Text(key.description)), isOpen ? '  '.repeat(depth) : margin, depth);
  if (children.length === 0) {
    const text = value === undefined ? (key.preset ?? key.example ?? '') : valueText(value);
    return `${remark}${margin}${name}: ${text}\n`;
  }
  const inside = children.map((child) => {
    const below = isOn ? (value as Record<string, FileValue>)[child.path.at(-1) ?? ''] : undefined;
    return linesOf(child, { value: below, isOpen: isOn, depth: depth + 1, named, speak, ...(isOn ? {} : { offAt }) });
  });
  return `${remark}${margin}${name}:\n${inside.join('')}`;
}

/** An entry after the first: what was chosen, and no more. */
function briefly(name: string, entry: FileValue): string {
  const lines = Object.entries(entry).map(([key, value]) => `    ${key}: ${valueText(value as FileValue)}\n`);
  return `  ${scalarText(name)}:\n${lines.join('')}`;
}

function childrenOf({ path }: CatalogueKey): readonly CatalogueKey[] {
  return CATALOGUE.filter(
    (other) => other.path.length === path.length + 1 && path.every((name, index) => other.path[index] === name),
  );
}

function comment(description: string, margin: string, depth: number): string {
  return commentLines(description, WIDTH - depth * 2)
    .map((line) => `${margin}# ${line}\n`)
    .join('');
}

function valueText(value: FileValue): string {
  return typeof value === 'object' ? JSON.stringify(value) : scalarText(value);
}

/** In quotes only where YAML would read something else; the loader takes numbers and booleans from text. */
function scalarText(value: string | number | boolean): string {
  if (typeof value === 'string' && /^(true|false|[1-9]\d{0,14})$/.test(value)) return value;
  return dump(value, { lineWidth: -1 }).trimEnd();
}
