import { createInterface, type Interface } from 'node:readline';
import { type Text, text } from '../../support/text.ts';

/** Why no more answers come: the input is over, or ctrl-C. */
export class NoAnswerError extends Error {
  readonly kind: 'ended' | 'interrupted';

  constructor(kind: 'ended' | 'interrupted') {
    super(`no answer: ${kind}`);
    this.kind = kind;
  }
}

export interface Choice<T> {
  readonly value: T;
  readonly label: Text | string;
}

export interface AskerOptions {
  readonly input: NodeJS.ReadableStream & { readonly isTTY?: boolean };
  readonly output: NodeJS.WritableStream & { readonly isTTY?: boolean };
  readonly speak: (words: Text | string) => string;
}

/**
 * Asks one question after the other, on a terminal or of a pipe: short lines, so that a narrow terminal shows them too,
 * and an answer that can't be taken is asked for again.
 */
export class Asker {
  readonly #options: AskerOptions;
  readonly #readline: Interface;
  /** Lines that came before they were asked for: those of a pipe, or pasted ones. */
  readonly #lines: string[] = [];
  #waiting: { readonly resolve: (line: string) => void; readonly reject: (error: Error) => void } | undefined;
  #over: NoAnswerError | undefined;

  constructor(options: AskerOptions) {
    const { input, output } = options;
    this.#options = options;
    this.#readline = createInterface({ input, output, terminal: input.isTTY === true && output.isTTY === true });
    this.#readline.on('line', (line) => this.#take(line));
    this.#readline.on('SIGINT', () => this.#end('interrupted'));
    this.#readline.on('close', () => this.#end('ended'));
  }

  say(words: Text | string = ''): void {
    this.#options.output.write(`${this.#options.speak(words)}\n`);
  }

  /** @param check Why an answer can't be taken; undefined where it can. */
  async text(
    question: Text,
    { preset, check = () => undefined }: { preset?: string; check?: (answer: string) => Text | undefined },
  ): Promise<string> {
    for (;;) {
      this.say(question);
      const answer = (await this.#next(preset)) || (preset ?? '');
      const fault = check(answer);
      if (fault === undefined) return answer;
      this.say(text`  ${fault}`);
    }
  }

  /** One of a numbered list, by its number. */
  async choose<T>(question: Text, choices: readonly Choice<T>[], preset: number): Promise<T> {
    this.say(question);
    for (const [index, { label }] of choices.entries()) this.say(text`  ${index + 1}  ${label}`);
    for (;;) {
      const answer = (await this.#next(String(preset + 1))) || String(preset + 1);
      const choice = choices[Number(answer) - 1];
      if (choice !== undefined && /^\d+$/.test(answer)) return choice.value;
      this.say(text`  a number from 1 to ${choices.length}, please`);
    }
  }

  async confirm(question: Text, preset: boolean): Promise<boolean> {
    for (;;) {
      this.say(question);
      const answer = (await this.#next(preset ? 'y' : 'n')).toLowerCase();
      if (answer === '') return preset;
      if (/^(y|yes|是|好|对)$/.test(answer)) return true;
      if (/^(n|no|否|不|不是)$/.test(answer)) return false;
      this.say(text`  y or n, please`);
    }
  }

  close(): void {
    this.#readline.close();
  }

  async #next(preset: string | undefined): Promise<string> {
    this.#readline.setPrompt(preset === undefined || preset === '' ? '> ' : `[${preset}] > `);
    this.#readline.prompt();
    const line = this.#lines.shift();
    if (line !== undefined) return line.trim();
    if (this.#over !== undefined) throw this.#over;
    const answer = await new Promise<string>((resolve, reject) => {
      this.#waiting = { resolve, reject };
    });
    return answer.trim();
  }

  #take(line: string): void {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    if (waiting === undefined) this.#lines.push(line);
    else waiting.resolve(line);
  }

  #end(kind: NoAnswerError['kind']): void {
    this.#over ??= new NoAnswerError(kind);
    this.#waiting?.reject(this.#over);
    this.#waiting = undefined;
  }
}
