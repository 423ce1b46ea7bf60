import type { LogFields } from '../support/logger.ts';
import { Text, text, type Words } from '../support/text.ts';

/** A line that may be one of many alike. */
export interface FoldableLine {
  readonly level: 'error' | 'warn';
  readonly message: Words;
  readonly fields: LogFields;
}

export interface LineFolderOptions {
  readonly print: (line: FoldableLine) => void;
  /** Default 10 s. */
  readonly windowMs?: number;
  /** How many kinds of line are watched at once. Default 1,000. */
  readonly maxKinds?: number;
}

interface Burst {
  /** The lines from which this sender is counted separately. Undefined where senders are not told apart. */
  readonly group: string | undefined;
  /** The newest of the lines that were held back. */
  last: FoldableLine | undefined;
  held: number;
  timer: NodeJS.Timeout;
}

/**
 * Prints the first of equal lines at once, and counts the others. At the end of each window it prints how many others
 * there were. Lines are equal when level, message, bot and server are equal; lines of a request also need equal sender
 * and reason.
 */
export class LineFolder {
  readonly #print: (line: FoldableLine) => void;
  readonly #windowMs: number;
  readonly #maxKinds: number;
  readonly #bursts = new Map<string, Burst>();
  /** How many senders are counted separately, by kind of line. */
  readonly #sendersByGroup = new Map<string, number>();

  constructor(options: LineFolderOptions) {
    this.#print = options.print;
    this.#windowMs = options.windowMs ?? 10_000;
    this.#maxKinds = options.maxKinds ?? 1_000;
  }

  take(line: FoldableLine): void {
    const { key, group } = this.#keyOf(line);
    const burst = this.#bursts.get(key);
    if (burst !== undefined) {
      burst.last = line;
      burst.held += 1;
      return;
    }
    this.#print(line);
    // Messages are constants, so the table ends at them; twice the bound holds even if one is not.
    if (this.#bursts.size < this.#maxKinds * 2) {
      this.#bursts.set(key, { group, last: undefined, held: 0, timer: this.#endWindowLater(key) });
      this.#count(group, 1);
    }
  }

  /** Says at once what was held back. */
  flush(): void {
    for (const burst of this.#bursts.values()) {
      clearTimeout(burst.timer);
      this.#tell(burst);
    }
    this.#bursts.clear();
    this.#sendersByGroup.clear();
  }

  /**
   * Past the limits bots, servers and senders are no longer counted separately, so that a peer that invents names can't
   * flood the log.
   */
  #keyOf({ level, message, fields }: FoldableLine): { key: string; group?: string } {
    const kind = JSON.stringify([level, message]);
    const full = `${kind} ${String(fields['bot'])} ${String(fields['server'])}`;
    const key = this.#bursts.size < this.#maxKinds || this.#bursts.has(full) ? full : kind;
    if (fields['request'] === undefined) return { key };
    const own = `${key} ${senderOf(fields)}`;
    return this.#bursts.has(own) || (this.#sendersByGroup.get(key) ?? 0) < MAX_SENDERS
      ? { key: own, group: key }
      : { key };
  }

  #count(group: string | undefined, change: 1 | -1): void {
    if (group === undefined) return;
    const count = (this.#sendersByGroup.get(group) ?? 0) + change;
    if (count > 0) this.#sendersByGroup.set(group, count);
    else this.#sendersByGroup.delete(group);
  }

  #endWindowLater(key: string): NodeJS.Timeout {
    return setTimeout(() => this.#endWindow(key), this.#windowMs).unref();
  }

  #endWindow(key: string): void {
    const burst = this.#bursts.get(key);
    if (burst === undefined) return;
    if (burst.held === 0) {
      this.#bursts.delete(key);
      this.#count(burst.group, -1);
      return;
    }
    this.#tell(burst);
    this.#bursts.set(key, { group: burst.group, last: undefined, held: 0, timer: this.#endWindowLater(key) });
  }

  #tell({ last, held }: Burst): void {
    if (last === undefined) return;
    if (held === 1) this.#print(last);
    else this.#print({ ...last, message: text`${sentence(last.message)} (repeated ${held} times)` });
  }
}

/** Senders that are counted separately at once, in lines of one kind. */
const MAX_SENDERS = 50;

/** The sender's address without the port, which changes with each connection. */
function senderOf({ remote, agent, request, reason }: LogFields): string {
  return JSON.stringify([String(remote).replace(/:\d+$/, ''), agent, request, reason]);
}

/** A message is its own template. */
function sentence(message: Words): Text {
  return message instanceof Text ? message : new Text(message);
}
