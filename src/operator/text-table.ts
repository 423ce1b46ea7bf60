import { printable } from '../support/printable.ts';
import { inEnglish, type Speak, type Words } from '../support/text.ts';
import { cutToWidth, padToWidth, textWidth, wrapToWidth } from './text-width.ts';

export interface TableOptions {
  /** Columns of the terminal. Default: no limit. */
  readonly maxWidth?: number;
  /** Says header and cells; their widths are those of the language. Default in English. */
  readonly speak?: Speak;
}

/** A column, and what happens to it when the table is wider than the terminal. */
export interface Column {
  readonly title: Words;
  /**
   * - `kept` (default): the column stays.
   * - `1` to `9`: the column is left out, the lowest number first.
   * - `below`: the cells go onto lines of their own under the row. Only the last column can be `below`.
   * - `cut`: the column stays. Its cells are cut if nothing else helps.
   */
  readonly fit?: 'kept' | 'below' | 'cut' | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9;
}

type Rows = readonly (readonly Words[])[];

const GAP = '  ';
const INDENT = '    ';

/** A cut cell keeps at least this width. */
const MIN_CUT_WIDTH = 8;

/**
 * Rows under a header, with aligned columns. On a narrow terminal less important columns are left out, and a remark
 * goes under its row. Unprintable characters of cells are escaped, since peers may have sent them.
 */
export function textTable(header: readonly (Words | Column)[], rows: Rows, options: TableOptions = {}): string[] {
  const { maxWidth = Number.POSITIVE_INFINITY, speak = inEnglish } = options;
  const columns = header.map((column): Column => (isColumn(column) ? column : { title: column }));
  const say = (words: Words) => printable(speak(words));
  const body = rows.map((cells) => columns.map((_, index) => say(cells[index] ?? '')));
  const layout = layoutOf(columns, [columns.map(({ title }) => say(title)), ...body], maxWidth);
  return layout.lines.flatMap((cells) => print(cells, layout, maxWidth));
}

function isColumn(column: Words | Column): column is Column {
  return typeof column === 'object' && 'title' in column;
}

interface Layout {
  /** Header and rows, with only the columns that are shown. */
  readonly lines: readonly Line[];
  readonly widths: readonly number[];
}

interface Line {
  readonly cells: readonly string[];
  /** The remark under the row. */
  readonly below: string;
}

/**
 * Tries in this order until the table fits: all columns; some columns left out; the remark below; both; cells cut as
 * well.
 */
function layoutOf(columns: readonly Column[], lines: readonly (readonly string[])[], maxWidth: number): Layout {
  const all = columns.map((_, index) => index);
  const widths = all.map((index) => Math.max(...lines.map((cells) => textWidth(cells[index] ?? ''))));
  const lastAt = columns.length - 1;
  const mayGoBelow = columns[lastAt]?.fit === 'below';
  const without = (index: number) => all.filter((each) => each !== index);
  for (const [shown, isBelow] of [[all, false] as const, ...(mayGoBelow ? [[without(lastAt), true] as const] : [])]) {
    const fitting = fitIn(shown, { columns, widths, maxWidth });
    const isLast = isBelow || !mayGoBelow;
    if (fitting === undefined && !isLast) continue;
    const kept = fitting ?? keptOf(shown, columns);
    const keptWidths = kept.map((index) => widths[index] ?? 0);
    return {
      widths: fitting === undefined ? cutWidths(kept, { columns, widths: keptWidths, maxWidth }) : keptWidths,
      lines: lines.map((cells, row) => ({
        cells: kept.map((index) => cells[index] ?? ''),
        below: isBelow && row > 0 ? (cells[lastAt] ?? '') : '',
      })),
    };
  }
  return { lines: [], widths: [] };
}

interface Measured {
  readonly columns: readonly Column[];
  readonly widths: readonly number[];
  readonly maxWidth: number;
}

/** The columns that fit, the less important ones left out. Undefined where the table does not fit even then. */
function fitIn(shown: readonly number[], { columns, widths, maxWidth }: Measured): readonly number[] | undefined {
  const order = [...new Set(shown.map((index) => importance(columns[index])).filter(Number.isFinite))].sort();
  let kept = shown;
  for (const least of [0, ...order]) {
    kept = kept.filter((index) => importance(columns[index]) > least);
    if (widthOf(kept.map((index) => widths[index] ?? 0)) <= maxWidth) return kept;
  }
  return undefined;
}

function keptOf(shown: readonly number[], columns: readonly Column[]): readonly number[] {
  return shown.filter((index) => importance(columns[index]) === Number.POSITIVE_INFINITY);
}

function importance(column: Column | undefined): number {
  return typeof column?.fit === 'number' ? column.fit : Number.POSITIVE_INFINITY;
}

/** Makes the columns that may be cut narrower until the table fits, the widest first. */
function cutWidths(kept: readonly number[], { columns, widths, maxWidth }: Measured): readonly number[] {
  const left = [...widths];
  const mayCut = kept.flatMap((index, at) => (columns[index]?.fit === 'cut' ? [at] : []));
  while (widthOf(left) > maxWidth) {
    const widest = mayCut.reduce(
      (one, other) => ((left[other] ?? 0) > (left[one] ?? 0) ? other : one),
      mayCut[0] ?? -1,
    );
    if ((left[widest] ?? 0) <= MIN_CUT_WIDTH) break;
    left[widest] = (left[widest] ?? 0) - 1;
  }
  return left;
}

function widthOf(widths: readonly number[]): number {
  return widths.reduce((sum, width) => sum + width, 0) + GAP.length * Math.max(0, widths.length - 1);
}

function print({ cells, below }: Line, { widths }: Layout, maxWidth: number): string[] {
  const padded = cells.map((cell, at) => padToWidth(cutToWidth(cell, widths[at] ?? 0), widths[at] ?? 0));
  const line = cutToWidth(padded.join(GAP).trimEnd(), maxWidth);
  if (below === '') return [line];
  return [line, ...wrapToWidth(below, maxWidth - INDENT.length).map((part) => INDENT + part)];
}
