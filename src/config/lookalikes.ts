import { type Text, text, type Words } from '../support/text.ts';

/** A character that looks like another one, or that nobody can see. */
export interface Lookalike {
  /** Counted from 1. */
  readonly line: number;
  readonly found: Text;
  readonly allowed: Text;
  /**
   * `always`: the character is wrong wherever it stands. `beside-a-fault`: it may be part of a text, so it is only
   * reported where something else is wrong on its line, or where the file is no YAML.
   */
  readonly isFault: 'always' | 'beside-a-fault';
}

/**
 * Characters that nobody can see: zero-width space, word joiner, byte order mark, marks of the writing direction, soft
 * hyphen, line separators.
 */
const INVISIBLE = /[\u00ad\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]/g;
/** Blanks that YAML reads as letters: no-break space, ideographic (full-width) space, typographic spaces. */
const ODD_BLANK = '\\u00a0\\u1680\\u2000-\\u200a\\u202f\\u205f\\u3000';
const ODD_QUOTE = '“”„‘’＂＇';

const NAMES: Readonly<Record<string, Text>> = {
  '\t': text`tab`,
  '\u00a0': text`no-break space`,
  '\u00ad': text`soft hyphen`,
  '\u200b': text`zero-width space`,
  '\u2060': text`word joiner`,
  '\u3000': text`full-width space`,
  '\ufeff': text`byte order mark`,
};

const IN_ITS_PLACE = text`nothing there; where it belongs to a text, write it as an escape in double quotes, such as "\\u200b"`;
const PLAIN_BLANK = text`a plain space there`;

/** Finds lookalikes in the text of a YAML file, line by line, outside of comments. */
export function lookalikesIn(yaml: string): readonly Lookalike[] {
  return yaml
    .split(/\r\n|\r|\n/)
    .flatMap((line, index) => [...lookalikesOf(line)].map((one) => ({ line: index + 1, ...one })));
}

/**
 * Says which invisible character a value has. For values that did not come from the file. Undefined where the value has
 * none.
 */
export function invisibleIn(value: string): Text | undefined {
  const [character] = value.match(INVISIBLE) ?? [];
  return character === undefined ? undefined : described(character);
}

function* lookalikesOf(line: string): Generator<Omit<Lookalike, 'line'>> {
  const code = withoutComment(line);
  const bare = withoutQuoted(code);
  for (const [character] of code.matchAll(INVISIBLE)) yield certain(described(character), IN_ITS_PLACE);
  const [indent = ''] = /^[\s\u1680\u2000-\u200a\u202f\u205f\u3000]*/.exec(bare) ?? [];
  if (indent.includes('\t')) yield likely(described('\t'), text`spaces before the key`);
  for (const [, character = ''] of indent.matchAll(ODD_BLANKS)) yield certain(described(character), PLAIN_BLANK);
  for (const edge of bare.slice(indent.length).matchAll(BLANK_AT_AN_EDGE)) {
    yield certain(described(edge.find((part, at) => at > 0 && part !== undefined) ?? ''), PLAIN_BLANK);
  }
  const quote = QUOTE_AT_THE_BEGINNING.exec(bare)?.[1];
  if (quote !== undefined) yield certain(described(quote), text`the quotes " or ' of the keyboard, or none`);
  if (COLON_AFTER_A_KEY.test(bare)) yield likely(described('：'), text`":" and a space after the key`);
  const bracket = BRACKET_AT_THE_BEGINNING.exec(bare)?.[1];
  if (bracket !== undefined) yield likely(described(bracket), text`the brackets { } or [ ] of the keyboard`);
  if (/[[{]/.test(bare)) {
    const comma = /[，、]/.exec(bare)?.[0];
    if (comma !== undefined) yield likely(described(comma), text`"," between the entries`);
  }
}

const ODD_BLANKS = new RegExp(`([${ODD_BLANK}])`, 'g');
/** Blanks before or after the colon of a key, after the dash of a list, or at the end of the line. */
const BLANK_AT_AN_EDGE = new RegExp(
  `([${ODD_BLANK}])[\\s${ODD_BLANK}]*(?=:|$)|[:,-][ ]*([${ODD_BLANK}])|^-[ ]*([${ODD_BLANK}])`,
  'g',
);
/** Quotation marks at the beginning of a key or a value. */
const QUOTE_AT_THE_BEGINNING = new RegExp(`(?:^\\s*|:\\s+|^\\s*-\\s+|[[{,]\\s*)([${ODD_QUOTE}])`);
/** Full-width brackets at the beginning of a value. */
const BRACKET_AT_THE_BEGINNING = /(?::\s+|：\s*|^\s*-\s+)([｛［])/;
/** Full-width colons at the beginning of a line that has no YAML colon, before a bracket, or inside the braces of a map. */
const COLON_AFTER_A_KEY =
  /^\s*(?:- +)*[\p{L}\p{N}_.-]+\s*：(?:\s*[[{]|(?!.*:(?:\s|$)))|[{,，]\s*[\p{L}\p{N}_.-]+\s*：/u;

function described(character: string): Text {
  const code = `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
  const name: Words =
    NAMES[character] ??
    (/\p{P}/u.test(character) ? text`full-width ${`"${character}"`}` : text`character that is not seen`);
  return text`a ${name} (${code})`;
}

function certain(found: Text, allowed: Text): Omit<Lookalike, 'line'> {
  return { found, allowed, isFault: 'always' };
}

function likely(found: Text, allowed: Text): Omit<Lookalike, 'line'> {
  return { found, allowed, isFault: 'beside-a-fault' };
}

/** In YAML a `#` begins a comment at the start of a line or after a blank, outside of quotes. */
function withoutComment(line: string): string {
  const [comment] = withoutQuoted(line).match(/(?:^|\s)#.*$/) ?? [];
  return comment === undefined ? line : line.slice(0, line.length - comment.length);
}

/** Replaces each quoted text by `_` of equal length, so that its contents are not read as YAML. */
function withoutQuoted(line: string): string {
  return line.replace(/(?<=^|[\s[{,:])("(?:[^"\\]|\\.)*"|'(?:[^']|'')*')/g, (quoted) => '_'.repeat(quoted.length));
}
