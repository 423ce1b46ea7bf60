/** Closing marks of Chinese text. None of them may begin a line. */
const CLOSING = /^[，。；：、！？）》”’】]/;

/**
 * Breaks a comment into lines of at most `width` columns. A Chinese character takes two columns, and a line may end
 * after it. Words of other scripts stay whole.
 */
export function commentLines(comment: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = '';
  for (const [piece] of comment.matchAll(
    /[\p{Script=Han}\u3000-\u303f\uff00-\uffef]|[^\s\p{Script=Han}\u3000-\u303f\uff00-\uffef]+|\s+/gu,
  )) {
    const fits = columns(line + piece.trimEnd()) <= width || CLOSING.test(piece) || line === '';
    if (!fits) {
      lines.push(line.trimEnd());
      line = '';
    }
    line += line === '' ? piece.trimStart() : piece;
  }
  if (line.trimEnd() !== '') lines.push(line.trimEnd());
  return lines;
}

function columns(text: string): number {
  const wide = text.match(/[\p{Script=Han}\u3000-\u303f\uff00-\uffef]/gu)?.length ?? 0;
  return [...text].length + wide;
}
