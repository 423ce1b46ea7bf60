import { type Speak, text } from '../support/text.ts';

/** A line on its way to the person at the terminal, without its line end. */
export type PrintLine = (line: string) => void;

/** What may wait for whoever reads the output; more is dropped and counted. A pipe nobody reads must not fill memory. */
const MAX_BACKLOG_BYTES = 1024 * 1024;

/** The console's half of the log: writes to the standard output, or through the prompt while there is one. */
export class ConsoleStream {
  readonly #speak: Speak;
  readonly #output: NodeJS.WritableStream & { readonly writableLength: number };
  #print: PrintLine | undefined;
  #gone = false;
  #dropped = 0;

  constructor(output: NodeJS.WriteStream, speak: Speak) {
    this.#speak = speak;
    this.#output = output;
    // EPIPE, mostly: whoever read the output is gone, and the daemon works on without.
    output.on('error', () => {
      this.#gone = true;
    });
  }

  /** Hands each line to `print` from now on; without one, to the output again. */
  printThrough(print: PrintLine | undefined): void {
    this.#print = print;
  }

  write(line: string): void {
    if (this.#print !== undefined) this.#print(line);
    else if (!this.#gone) this.#writeOut(line);
  }

  #writeOut(line: string): void {
    if (this.#output.writableLength > MAX_BACKLOG_BYTES) {
      this.#dropped += 1;
      return;
    }
    if (this.#dropped > 0) this.#sayDropped();
    this.#output.write(`${line}\n`);
  }

  #sayDropped(): void {
    this.#output.write(`${this.#speak(text`... ${this.#dropped} lines were dropped, nobody read them`)}\n`);
    this.#dropped = 0;
  }
}
