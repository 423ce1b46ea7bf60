import { type LogRecord, valuesText } from './line-format.ts';

/** One line of the log, free of credentials, as the dashboard shows it. */
export interface RecentLine {
  /** Counts up from 1. */
  readonly id: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly level: LogRecord['level'];
  readonly message: string;
  /** `bot=10001 server=survival`. */
  readonly fields: string;
}

type Listener = (line: RecentLine) => void;

/** What is kept of the log. */
const MAX_LINES = 500;

/** A line with a stack is longer, and stands whole in the file. */
const MAX_FIELDS_LENGTH = 2_000;

/** The end of the log in memory, and those who follow it. */
export class RecentLines {
  /** A ring: line `id` is at `id % MAX_LINES`. */
  readonly #lines: RecentLine[] = [];
  readonly #listeners = new Set<Listener>();
  #lastId = 0;

  push({ time, level, message, values }: LogRecord): void {
    this.#lastId += 1;
    const fields = valuesText(values).slice(0, MAX_FIELDS_LENGTH);
    const line = { id: this.#lastId, at: time.getTime(), level, message, fields };
    this.#lines[line.id % MAX_LINES] = line;
    for (const listener of this.#listeners) listener(line);
  }

  /** Oldest first. */
  list(): readonly RecentLine[] {
    return this.#lines.filter((line) => line !== undefined).sort((one, other) => one.id - other.id);
  }

  /** Calls `listener` for each line that comes; the returned function ends it. */
  follow(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
