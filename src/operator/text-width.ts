/** Measures how wide text is on a terminal, and makes it fit. */

const ELLIPSIS = '...';

/** Characters that take two columns: Chinese, Japanese and Korean, full-width forms, emoji. */
const WIDE = new RegExp(
  '^[\\u1100-\\u115f\\u2e80-\\u303e\\u3041-\\ua4cf\\uac00-\\ud7a3\\uf900-\\ufaff\\ufe30-\\ufe6f\\uff01-\\uff60\\uffe0-\\uffe6' +
    '\\u{20000}-\\u{3fffd}\\p{Emoji_Presentation}]|\\ufe0f',
  'u',
);

/** Made for the first text that is not plain ASCII, since its tables take 3 MiB. */
let segmenter: Intl.Segmenter | undefined;

function charactersOf(text: string): Iterable<Intl.SegmentData> {
  segmenter ??= new Intl.Segmenter('und', { granularity: 'grapheme' });
  return segmenter.segment(text);
}

/** Texts in which each character takes one column. */
const PLAIN = /^[ -~]*$/;

/** How many columns of a terminal a text takes. */
export function textWidth(text: string): number {
  if (PLAIN.test(text)) return text.length;
  let width = 0;
  for (const { segment } of charactersOf(text)) width += WIDE.test(segment) ? 2 : 1;
  return width;
}

/** Adds blanks after the text, up to this many columns. */
export function padToWidth(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - textWidth(text)));
}

/** The text, or its beginning and an ellipsis if it is wider. */
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

/** Breaks the text into lines of at most this width, between words or between wide characters. */
export function wrapToWidth(text: string, maxWidth: number): string[] {
  if (maxWidth === Number.POSITIVE_INFINITY || textWidth(text) <= maxWidth) return [text];
  const lines: string[] = [];
  let line = '';
  for (const piece of piecesOf(text, maxWidth)) {
    if (line !== '' && textWidth((line + piece).trimEnd()) > maxWidth) {
      lines.push(line.trimEnd());
      line = piece.trimStart();
    } else {
      line += piece;
    }
  }
  lines.push(line.trimEnd());
  return lines;
}

/**
 * Splits the text into words with the blanks after them, and single wide characters. A word that is too long for a line
 * is split anywhere.
 */
function piecesOf(text: string, maxWidth: number): string[] {
  const pieces: string[] = [];
  let word = '';
  const end = () => {
    if (word !== '') pieces.push(word);
    word = '';
  };
  for (const { segment } of charactersOf(text)) {
    const isWide = textWidth(segment) > 1;
    if (isWide || textWidth(word + segment) > maxWidth) end();
    word += segment;
    if (isWide || segment === ' ') end();
  }
  end();
  return pieces;
}
