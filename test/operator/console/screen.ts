import { Writable } from 'node:stream';
import { textWidth } from '../../../src/operator/text-width.ts';

/** A control sequence or a character. */
const PIECES = /\p{Cc}\[[\d;?]*[A-Za-z]|./gsu;

/** A terminal of fixed width that keeps what a person would see, scrolled-off lines included. */
export class Screen extends Writable {
  readonly isTTY = true;
  readonly columns: number;
  readonly rows = 50;
  readonly #lines: string[][] = [[]];
  #row = 0;
  #column = 0;

  constructor(columns: number) {
    super({ decodeStrings: false });
    this.columns = columns;
  }

  /** All lines down to the last with something on it. */
  get text(): string[] {
    const lines = this.#lines.map((line) => line.join('').trimEnd());
    return lines.slice(0, lines.findLastIndex((line) => line !== '') + 1);
  }

  override _write(text: string, _encoding: BufferEncoding, done: () => void): void {
    for (const [piece] of text.matchAll(PIECES)) this.#take(piece);
    done();
  }

  #take(piece: string): void {
    if (piece === '\r') this.#column = 0;
    else if (piece === '\n') this.#lineFeed();
    else if (piece.startsWith('\u001b')) this.#control(piece.at(-1) ?? '', Number.parseInt(piece.slice(2), 10));
    else this.#put(piece);
  }

  #put(character: string): void {
    const width = textWidth(character);
    if (this.#column + width > this.columns) this.#lineFeed();
    this.#line[this.#column] = character;
    if (width === 2) this.#line[this.#column + 1] = '';
    this.#column += width;
  }

  /** The terminal driver turns a line feed into one with a carriage return. */
  #lineFeed(): void {
    this.#row += 1;
    this.#column = 0;
    if (this.#row === this.#lines.length) this.#lines.push([]);
  }

  #control(code: string, count: number): void {
    if (code === 'A') this.#row = Math.max(0, this.#row - count);
    if (code === 'B') this.#row += count;
    if (code === 'C') this.#column += count;
    if (code === 'D') this.#column = Math.max(0, this.#column - count);
    if (code === 'G') this.#column = (count || 1) - 1;
    if (code === 'J') this.#lines.splice(this.#row, Number.POSITIVE_INFINITY, this.#line.slice(0, this.#column));
  }

  get #line(): string[] {
    const line = this.#lines[this.#row] ?? [];
    this.#lines[this.#row] = line;
    while (line.length < this.#column) line.push(' ');
    return line;
  }
}
