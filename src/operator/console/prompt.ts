import { clearScreenDown, createInterface, cursorTo, type Interface, moveCursor } from 'node:readline';

export interface PromptOptions {
  readonly input: NodeJS.ReadStream;
  readonly output: NodeJS.WriteStream;
  readonly complete: (line: string) => [candidates: string[], replaced: string];
  readonly onLine: (line: string) => void;
  /** Ctrl-C, which a terminal in raw mode makes no signal of. */
  readonly onInterrupt: () => void;
  /** Ctrl-D on an empty line. The prompt stays. */
  readonly onEnd: () => void;
}

/**
 * Before readline draws its line again it goes up by as many rows as the cursor was below the first when it last drew.
 * Whoever moves the cursor there has to tell it so; it has no other way to hear of it.
 */
type Redrawn = Interface & { prevRows?: number };

const HISTORY_SIZE = 200;

/** The line that a person edits on a terminal, with history and completion, and the lines that appear above it. */
export class Prompt {
  readonly #options: PromptOptions;
  #readline: Interface | undefined;
  #history: string[] = [];

  constructor(options: PromptOptions) {
    this.#options = options;
  }

  open(): void {
    const { input, output, complete, onLine, onInterrupt } = this.#options;
    const readline = createInterface({
      input,
      output,
      completer: complete,
      terminal: true,
      prompt: '> ',
      history: this.#history,
      historySize: HISTORY_SIZE,
      removeHistoryDuplicates: true,
    });
    readline.on('history', (history) => {
      this.#history = history;
    });
    readline.on('line', (line) => {
      onLine(line);
      if (this.#readline === readline) readline.prompt();
    });
    readline.on('SIGINT', onInterrupt);
    readline.on('close', () => this.#onClose());
    this.#readline = readline;
    readline.prompt();
  }

  /** Prints a line above the prompt and leaves what is half typed as it was. */
  print(line: string): void {
    const { output } = this.#options;
    const readline = this.#readline;
    if (readline === undefined) {
      output.write(`${line}\n`);
      return;
    }
    this.#clear(readline);
    output.write(`${line}\n`);
    readline.prompt(true);
  }

  close(): void {
    const readline = this.#readline;
    if (readline === undefined) return;
    this.#readline = undefined;
    this.#clear(readline);
    readline.close();
  }

  #clear(readline: Redrawn): void {
    const { output } = this.#options;
    moveCursor(output, 0, -readline.getCursorPos().rows);
    cursorTo(output, 0);
    clearScreenDown(output);
    readline.prevRows = 0;
  }

  /** Readline closes itself at ctrl-D, and when the terminal is gone. */
  #onClose(): void {
    if (this.#readline === undefined) return;
    this.#readline = undefined;
    const { input, output, onEnd } = this.#options;
    output.write('\n');
    if (input.readableEnded || input.destroyed) return;
    onEnd();
    this.open();
  }
}
