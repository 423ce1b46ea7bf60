import { StringDecoder } from 'node:string_decoder';
import { printable } from '../support/printable.ts';
import { type Speak, type Text, text } from '../support/text.ts';
import type { CommandAnswer, CommandContext, Follow, FollowPrint } from './command.ts';
import { clockText } from './date-text.ts';
import { eventSummary } from './event-summary.ts';
import { cutToWidth, textWidth, wrapToWidth } from './text-width.ts';
import type { TailedEvent } from './types.ts';

/** What a person can follow; a busy bridge has hundreds. */
const MAX_LINES = 20;
const WINDOW_MS = 1_000;

/** An event may hold 64 MiB: what comes later in it costs nothing. */
const MAX_BYTES_READ = 4_096;

/** Characters of a line where no terminal says how wide it is. */
const MAX_LENGTH = 1_000;

/** `tail [NAME]`: a line per event as it comes in, or as it is delivered to that server. */
export function tailEvents({ bridge, columns, speak }: CommandContext, server: string): CommandAnswer {
  const name = server === '' ? undefined : server;
  const follow: Follow = (print) => {
    const tail = new EventTail({ print, columns, speak });
    const unsubscribe = bridge.tail(name, (event) => tail.take(event));
    return () => {
      unsubscribe();
      tail.end();
    };
  };
  const what =
    name === undefined
      ? text`Following each event that comes in; press enter to end.`
      : text`Following each event that is delivered to ${name}; press enter to end.`;
  return { kind: 'ok', lines: [what], follow };
}

interface EventTailOptions {
  readonly print: FollowPrint;
  readonly columns: number | undefined;
  readonly speak: Speak;
}

/** Prints the first events of each second and counts the others. */
class EventTail {
  readonly #print: FollowPrint;
  readonly #columns: number | undefined;
  readonly #speak: Speak;
  #window: NodeJS.Timeout | undefined;
  #room = MAX_LINES;
  #leftOut = 0;

  constructor({ print, columns, speak }: EventTailOptions) {
    this.#print = print;
    this.#columns = columns;
    this.#speak = speak;
  }

  take(event: TailedEvent): void {
    this.#window ??= setTimeout(() => this.#closeWindow(), WINDOW_MS);
    if (this.#room > 0 && eventLines(event, this.#columns).every((line) => this.#print(line))) {
      this.#room -= 1;
      return;
    }
    // An output that is behind is left in peace until the next window.
    this.#room = 0;
    this.#leftOut += 1;
  }

  end(): void {
    clearTimeout(this.#window);
    this.#closeWindow();
    this.#print(this.#speak(text`No longer following.`));
  }

  #closeWindow(): void {
    this.#window = undefined;
    this.#room = MAX_LINES;
    if (this.#leftOut > 0 && this.#print(this.#speak(leftOutText(this.#leftOut)))) this.#leftOut = 0;
  }
}

function leftOutText(events: number): Text {
  return events === 1 ? text`... 1 more event left out` : text`... ${events} more events left out`;
}

/**
 * `12:00:00 10001 survival {"time":...`, without the blanks between the tokens of its JSON. If the terminal is too
 * narrow for the event, a line before it says what a person looks for: the kind of the event, where it happened, and
 * its text.
 */
function eventLines(event: TailedEvent, columns: number | undefined): string[] {
  const { selfId, server, bytes } = event;
  const head = [clockText(Date.now()), selfId, ...(server === undefined ? [] : [server])].join(' ');
  // Leaves out half a character at the end.
  const json = withoutBlanks(new StringDecoder('utf8').write(bytes.subarray(0, MAX_BYTES_READ)).trim());
  const isWhole = bytes.length <= MAX_BYTES_READ;
  if (columns === undefined) return [cutLine(`${head} ${json}`, MAX_LENGTH, isWhole)];
  const line = `${head} ${json}`;
  if (isWhole && line.length <= columns && textWidth(printable(line)) <= columns) return [printable(line)];
  const summary = eventSummary(bytes);
  if (summary === '') return [cutToWidth(cutLine(line, columns * 2, isWhole), columns)];
  return [
    ...wrapToWidth(printable(`${head} ${summary}`), columns),
    cutToWidth(`  ${cutLine(json, columns * 2, isWhole)}`, columns),
  ];
}

/**
 * Measuring the width of a text takes long. Few characters are narrower than a column, so a longer text is cut first.
 */
function cutLine(line: string, length: number, isWhole: boolean): string {
  const cut = line.slice(0, length);
  return printable(cut) + (cut.length < line.length || !isWhole ? '...' : '');
}

function withoutBlanks(json: string): string {
  return json.replace(/("(?:[^"\\]|\\.)*"?)|\s+/gs, '$1');
}
