import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CATALOGUE } from '../../src/config/catalogue.ts';
import { allowedWords } from '../../src/config/reference.ts';
import { Text, type TextValue } from '../../src/support/text.ts';
import { ROOT } from '../docs/pages.ts';

/** A sentence in the sources, by what catalogues know it by. */
export interface Sentence {
  readonly key: string;
  readonly file: string;
}

/** Every sentence that the sources say to a person: `` text`...` `` and the messages of log lines. */
export function sentencesInSources(): readonly Sentence[] {
  const files = readdirSync(join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.startsWith('language'))
    .toSorted();
  const inSources = files.flatMap((file) =>
    sentencesIn(readFileSync(join(ROOT, 'src', file), 'utf8')).map((key) => ({ key, file })),
  );
  const ofKeys = CATALOGUE.flatMap(({ description, allowed }) => [description, ...templatesOf(allowedWords(allowed))]);
  return [...inSources, ...ofKeys.filter((key) => key !== '').map((key) => ({ key, file: 'config/schema.ts' }))];
}

function templatesOf(words: TextValue): readonly string[] {
  return words instanceof Text ? [words.template, ...words.values.flatMap(templatesOf)] : [];
}

/** The templates and log messages in a source text. */
export function sentencesIn(source: string): string[] {
  const code = withoutComments(source);
  return [...templatesIn(code), ...messagesIn(code)];
}

function templatesIn(code: string): string[] {
  const found: string[] = [];
  const opening = /(?<![\w.])text`/g;
  for (let match = opening.exec(code); match !== null; match = opening.exec(code)) {
    const { template, expressions, end } = templateAt(code, opening.lastIndex);
    found.push(template, ...expressions.flatMap(templatesIn));
    opening.lastIndex = end + 1;
  }
  return found;
}

function messagesIn(code: string): string[] {
  return [...code.matchAll(/\blogger\.(?:error|warn|info|debug)\(\s*(['`])/g)].map(({ 0: call, 1: quote, index }) => {
    const start = index + call.length;
    if (quote === '`') throw new Error(`a log message is no constant: ${code.slice(start, start + 60)}`);
    return unescaped(code.slice(start, endOfString(code, start, "'")));
  });
}

/** Comments begin their lines in this house. */
function withoutComments(source: string): string {
  return source.replaceAll(/^\s*(?:\/\/|\/?\*).*$/gm, '');
}

interface Template {
  readonly template: string;
  /** What stands in its places. */
  readonly expressions: readonly string[];
  /** Where its closing backtick is. */
  readonly end: number;
}

/** From behind the opening backtick on, each expression as `{0}`, `{1}`, ... */
function templateAt(code: string, start: number): Template {
  let template = '';
  const expressions: string[] = [];
  for (let at = start; at < code.length; at += 1) {
    const char = code[at] ?? '';
    if (char === '`') return { template: unescaped(template), expressions, end: at };
    if (char === '\\') {
      template += code.slice(at, at + 2);
      at += 1;
    } else if (code.startsWith('${', at)) {
      const end = endOfExpression(code, at + 2);
      template += `{${expressions.length}}`;
      expressions.push(code.slice(at + 2, end));
      at = end;
    } else {
      template += char;
    }
  }
  throw new Error('a template has no end');
}

/** The place of the brace that ends an expression, past braces, strings and templates in it. */
function endOfExpression(code: string, start: number): number {
  let depth = 0;
  for (let at = start; at < code.length; at += 1) {
    const char = code[at] ?? '';
    if (char === '}' && depth === 0) return at;
    if (char === '{') depth += 1;
    if (char === '}') depth -= 1;
    if (char === '`') at = templateAt(code, at + 1).end;
    if (char === "'" || char === '"') at = endOfString(code, at + 1, char);
  }
  throw new Error('an expression has no end');
}

function endOfString(code: string, start: number, quote: string): number {
  for (let at = start; at < code.length; at += 1) {
    if (code[at] === quote) return at;
    if (code[at] === '\\') at += 1;
  }
  throw new Error('a string has no end');
}

function unescaped(written: string): string {
  return written.replaceAll(/\\(.)/g, (_, char: string) => (char === 'n' ? '\n' : char));
}
