import { printable } from '../support/printable.ts';
import { inEnglish, type Speak, type Words } from '../support/text.ts';

export interface TableOptions {
  /** Columns of the terminal; wider lines are cut. Default no limit. */
  readonly maxWidth?: number;
  /** Says header and cells; their widths are those of the language. Default in English. */
  readonly speak?: Speak;
}

type Rows = readonly (readonly Words[])[];

const GAP = '  ';
const ELLIPSIS = '...';

/** What a terminal shows in two columns: Chinese, Japanese and Korean, full-width forms, emoji. */
const WIDE = new RegExp(
  '^[\\u1100-\\u115f\\u2e80-\\u303e\\u3041-\\ua4cf\\uac00-\\ud7a3\\uf900-\\ufaff\\ufe30-\\ufe6f\\uff01-\\uff60\\uffe0-\\uffe6' +
    '\\u{20000}-\\u{3fffd}\\p{Emoji_Presentation}]|\\ufe0f',
  'u',
);

/** Made with the first that is not plain ASCII: its tables take 3 MiB. */
let segmenter: Intl.Segmenter | undefined;

function charactersOf(text: string): Iterable<Intl.SegmentData> {
  segmenter ??= new Intl.Segmenter('und', { granularity: 'grapheme' });
  return segmenter.segment(text);
}

/** Each character is one column wide. */
const PLAIN = /^[ -~]*$/;

/** Rows under a header, columns aligned. Cells may come from peers: what is unprintable in them is escaped. */
export function textTable(header: readonly Words[], rows: Rows, options: TableOptions = {}): string[] {
  const { maxWidth = Number.POSITIVE_INFINITY, speak = inEnglish } = options;
  const lines = [header, ...rows].map((cells) => cells.map((cell) => printable(speak(cell))));
  const widths = header.map((_, column) => Math.max(...lines.map((cells) => textWidth(cells[column] ?? ''))));
  return lines.map((cells) => {
    const padded = cells.map((cell, column) => padToWidth(cell, widths[column] ?? 0));
    return cutToWidth(padded.join(GAP).trimEnd(), maxWidth);
  });
}

/** The text with blanks behind it, up to that many columns. */
export function padToWidth(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - textWidth(text)));
}

/** How many columns of a terminal a text takes. */
export function textWidth(text: string): number {
  if (PLAIN.test(text)) return text.length;
  let width = 0;
  for (const { segment } of charactersOf(text)) width += WIDE.test(segment) ? 2 : 1;
  return width;
}

/** The text, or its beginning and an ellipsis where it is wider than that. */
export function cutToWidth(text: string, maxWidth: number): string {
  if (maxWidth === Number.POSITIVE_INFINITY || textWidth(text) <= maxWidth) return text;
  let width = 0;
  let end = 0;
  for (const { segment, index } of charactersOf(text)) {
    end = index;
    width += textWidth(segment);
    if (width > maxWidth - ELLIPSIS.length) break;
  }
  return text.slice(0, end) + ELLIPSIS;
}
