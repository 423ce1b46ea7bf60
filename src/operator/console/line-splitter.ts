import { StringDecoder } from 'node:string_decoder';

/** Cuts a stream of bytes into lines. Of a line longer than `maxLength` it keeps one character more, to tell it by. */
export class LineSplitter {
  readonly #maxLength: number;
  readonly #decoder = new StringDecoder('utf8');
  #begun = '';

  constructor(maxLength: number) {
    this.#maxLength = maxLength;
  }

  /** The lines that end in this chunk. */
  take(chunk: Buffer): string[] {
    const pieces = this.#decoder.write(chunk).split('\n');
    const last = pieces.pop() ?? '';
    const lines = pieces.map((piece) => {
      const line = this.#cut(this.#begun + piece);
      this.#begun = '';
      return line;
    });
    this.#begun = this.#cut(this.#begun + last);
    return lines;
  }

  /** The last line, where it has no end. */
  rest(): string[] {
    const line = this.#begun + this.#decoder.end();
    this.#begun = '';
    return line === '' ? [] : [line];
  }

  #cut(line: string): string {
    return line.slice(0, this.#maxLength + 1);
  }
}
