/** A piece of JSON with one colour. */
export interface JsonPart {
  readonly kind: 'plain' | 'key' | 'string' | 'number' | 'word';
  readonly text: string;
}

/** What is set out and coloured; the rest of a long text stands as it is. */
const MAX_TOKENS = 4_000;
const MAX_DEPTH = 40;

const TOKEN =
  /(?<string>"(?:[^"\\]|\\.)*"?)(?<colon>\s*:)?|(?<number>-?\d[\d.eE+-]*)|(?<word>true|false|null)|(?<empty>\{\s*\}|\[\s*\])|(?<mark>[{}[\],])|\s+|./gs;

/** Lines and indents JSON for reading. Its tokens stay as they were: nothing is parsed, so that ids keep all their digits. */
export function setOut(json: string): readonly JsonPart[] {
  const parts: JsonPart[] = [];
  let depth = 0;
  let count = 0;
  for (const { 0: whole, index, groups = {} } of json.matchAll(TOKEN)) {
    count += 1;
    if (count > MAX_TOKENS) return [...parts, { kind: 'plain', text: json.slice(index) }];
    if (groups['mark'] === '{' || groups['mark'] === '[') depth += 1;
    else if (groups['mark'] === '}' || groups['mark'] === ']') depth -= 1;
    parts.push(...partsOf(whole, groups, depth));
  }
  return parts;
}

type Groups = Readonly<Record<string, string | undefined>>;

function partsOf(
  whole: string,
  { string, colon, number, word, empty, mark }: Groups,
  depth: number,
): readonly JsonPart[] {
  if (string !== undefined && colon !== undefined) return [{ kind: 'key', text: string }, plain(': ')];
  if (string !== undefined) return [{ kind: 'string', text: string }];
  if (number !== undefined) return [{ kind: 'number', text: number }];
  if (word !== undefined) return [{ kind: 'word', text: word }];
  if (empty !== undefined) return [plain(empty.replaceAll(/\s/g, ''))];
  if (mark === '}' || mark === ']') return [plain(lineBreak(depth) + mark)];
  if (mark !== undefined) return [plain(mark + lineBreak(depth))];
  return whole.trim() === '' ? [] : [plain(whole)];
}

function plain(text: string): JsonPart {
  return { kind: 'plain', text };
}

function lineBreak(depth: number): string {
  return `\n${'  '.repeat(Math.max(0, Math.min(depth, MAX_DEPTH)))}`;
}
