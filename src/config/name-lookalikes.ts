import type { Findings } from './findings.ts';
import { lookalikesIn } from './lookalikes.ts';

export interface NamingOptions {
  /** The file is no YAML, so nothing else is known of it. */
  readonly isBroken: boolean;
  readonly findings: Findings;
}

/**
 * Reports each lookalike at its line, and removes the faults that it explains: after a full-width colon the parser
 * reports a fault a line later, and a no-break space before a key makes another key of it.
 */
export function nameLookalikes(yaml: string, { isBroken, findings }: NamingOptions): void {
  const faulty = new Set(findings.faults.flatMap(({ line }) => line ?? []));
  const lines = yaml.split(/\r\n|\r|\n/);
  // The first key of a map loses its colon: the parser finds a text instead of a map, and reports the key above.
  const isFaulty = (line: number): boolean => faulty.has(line) || faulty.has(keyAbove(lines, line));
  const named = lookalikesIn(yaml).filter(({ line, isFault }) => isFault === 'always' || isBroken || isFaulty(line));
  if (named.length === 0) return;
  const explained = new Set(named.flatMap(({ line }) => [line, ...parentsOf(lines, line)]));
  if (isBroken) for (const { line } of named) explained.add(nextFilled(lines, line));
  findings.withdraw(({ line }) => line !== undefined && explained.has(line));
  for (const { line, found, allowed } of named) findings.fault({ place: { line }, path: [] }, found, allowed);
}

/** The lines of the maps that contain a line, found by their indentation. */
function parentsOf(lines: readonly string[], line: number): readonly number[] {
  const parents: number[] = [];
  let indent = indentOf(lines[line - 1] ?? '');
  for (let above = line - 1; above >= 1 && indent > 0; above -= 1) {
    const text = lines[above - 1] ?? '';
    if (isEmpty(text) || indentOf(text) >= indent) continue;
    indent = indentOf(text);
    parents.push(above);
  }
  return parents;
}

/** If this line is the first one under a key, the line of the key. Otherwise 0. */
function keyAbove(lines: readonly string[], line: number): number {
  const above = lines.slice(0, line - 1).findLastIndex((text) => !isEmpty(text));
  const [text = '', own = ''] = [lines[above], lines[line - 1]];
  return above >= 0 && /:\s*(?:#.*)?$/.test(text) && indentOf(text) < indentOf(own) ? above + 1 : 0;
}

/** The next line with a key or a value, or the last line. The parser reports a line that it can't read there. */
function nextFilled(lines: readonly string[], line: number): number {
  const next = lines.findIndex((text, index) => index >= line && !isEmpty(text));
  return next < 0 ? lines.length : next + 1;
}

/** Width as a person sees it: every kind of blank counts, a full-width one counts twice. */
function indentOf(text: string): number {
  return /^\s*/.exec(text.replaceAll('\u3000', '  '))?.[0].length ?? 0;
}

function isEmpty(text: string): boolean {
  return /^\s*(?:#.*)?$/.test(text);
}
