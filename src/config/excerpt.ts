import { shownUrl } from '../support/shown-url.ts';

/** Some lines of a config file, without its secrets. */
export interface Excerpt {
  /** From 1. */
  readonly firstLine: number;
  readonly lines: readonly string[];
}

/** Lines shown before and after the one that is meant. */
const AROUND = 2;

const MAX_LINE_LENGTH = 200;

/** A key whose value, all that follows on its line, is left out: rather too much than a secret. */
const SECRET_KEY = /((?:token|secret|password|passwd|authorization)["']?\s*[:=])\s*\S.*$/i;
/** Its value may stand below it, deeper. */
const SECRET_BELOW = /^(\s*)(?:- )*[^#]*(?:token|secret|password|passwd|authorization)["']?\s*:/i;

/** The lines around `line`. */
export function excerptOf(text: string, line: number): Excerpt {
  const lines = maskedLines(text);
  const from = Math.max(0, line - 1 - AROUND);
  return { firstLine: from + 1, lines: lines.slice(from, line + AROUND).map(shortened) };
}

function maskedLines(text: string): string[] {
  let below: number | undefined;
  return text.split(/\r\n|\r|\n/).map((line) => {
    const indent = /^\s*/.exec(line)?.[0].length ?? 0;
    if (below !== undefined && (line.trim() === '' || indent > below))
      return line.trim() === '' ? line : `${' '.repeat(indent)}***`;
    below = SECRET_BELOW.exec(line)?.[1]?.length;
    return line.replace(SECRET_KEY, '$1 ***').replace(/\w+:\/\/[^\s"']+/g, shownUrl);
  });
}

function shortened(line: string): string {
  return line.length > MAX_LINE_LENGTH ? `${line.slice(0, MAX_LINE_LENGTH)}...` : line;
}
