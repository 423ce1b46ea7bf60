import { readFileSync } from 'node:fs';
import { mkdir, open, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { normalSelfId } from '../onebot/bot-frame.ts';
import { steadyNow } from '../support/clock.ts';
import type { Logger } from '../support/logger.ts';

/** The facts about a bot that are kept over a restart. */
export interface KnownBot {
  readonly selfId: string;
  /** Whether the bot has a session for calls of its own. False where it has only ever reported by HTTP. */
  readonly takesCalls: boolean;
  /** Milliseconds since the epoch. */
  readonly lastSeenAt: number;
}

/** Peers choose the ids, so the number of bots needs a limit. */
export const MAX_BOTS = 4096;

/**
 * `<data>/bots.json`: the known bots, so that a restarted bridge knows which bots to wait for.
 *
 * The bridge also works without the file. If the file is missing or damaged, the bridge starts with no known bots. If
 * it can't be written, the bridge logs one warning and goes on. Each write goes to a second file, which then replaces
 * the first. So a crash leaves the old file or the new one, and never half of one.
 */
export class KnownBotsFile {
  readonly #path: string;
  readonly #logger: Logger;
  #timer: NodeJS.Timeout | undefined;
  /** When the timer fires, a moment of `steadyNow()`. */
  #dueAt = Number.POSITIVE_INFINITY;
  #writtenAt = Number.NEGATIVE_INFINITY;
  #snapshot: (() => readonly KnownBot[]) | undefined;
  #writing: Promise<void> = Promise.resolve();
  #isFailing = false;

  constructor(dataDir: string, logger: Logger) {
    this.#path = join(dataDir, 'bots.json');
    this.#logger = logger;
  }

  read(): readonly KnownBot[] {
    let text: string;
    try {
      text = readFileSync(this.#path, 'utf8');
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) this.#warnUnread(error);
      return [];
    }
    try {
      return botsIn(JSON.parse(text));
    } catch (error) {
      this.#warnUnread(error);
      return [];
    }
  }

  /**
   * Writes the result of `snapshot` after a delay.
   *
   * @param isUrgent True: within a second. False: within a minute, for a time that may be a little too old.
   */
  changed(snapshot: () => readonly KnownBot[], isUrgent: boolean): void {
    this.#snapshot = snapshot;
    const now = steadyNow();
    const dueAt = isUrgent ? Math.max(now, this.#writtenAt + URGENT_GAP_MS) : now + GAP_MS;
    if (dueAt >= this.#dueAt) return;
    clearTimeout(this.#timer);
    this.#dueAt = dueAt;
    this.#timer = setTimeout(() => this.#write(), dueAt - now).unref();
  }

  /** Writes the last change at once, if it is not on disk yet. */
  async flush(): Promise<void> {
    this.#write();
    await this.#writing;
  }

  #write(): void {
    clearTimeout(this.#timer);
    const snapshot = this.#snapshot;
    if (snapshot === undefined) return;
    this.#snapshot = undefined;
    this.#dueAt = Number.POSITIVE_INFINITY;
    this.#writtenAt = steadyNow();
    this.#writing = this.#writing.then(() => this.#replace(textOf(snapshot())));
  }

  async #replace(text: string): Promise<void> {
    const beside = `${this.#path}.new`;
    try {
      await mkdir(dirname(this.#path), { recursive: true });
      const file = await open(beside, 'w', 0o600);
      try {
        await file.writeFile(text);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(beside, this.#path);
      this.#isFailing = false;
    } catch (error) {
      if (!this.#isFailing) {
        const consequence = 'after a restart the bridge waits for no bot until it is back';
        this.#logger.warn('the known bots can not be written', { file: this.#path, consequence, error });
      }
      this.#isFailing = true;
    }
  }

  #warnUnread(error: unknown): void {
    const consequence = 'the bridge starts as if no bot had been seen yet';
    this.#logger.warn('the known bots can not be read', { file: this.#path, consequence, error });
  }
}

const URGENT_GAP_MS = 1_000;
const GAP_MS = 60_000;

/** One line for each bot, so that a person can read the file. */
function textOf(bots: readonly KnownBot[]): string {
  const lines = bots.map(({ selfId, takesCalls, lastSeenAt }) =>
    JSON.stringify({ self_id: selfId, takes_calls: takesCalls, last_seen: new Date(lastSeenAt).toISOString() }),
  );
  return `{"version":1,"bots":[\n${lines.join(',\n')}\n]}\n`;
}

/** @throws Where the file is not as {@link textOf} writes it. */
function botsIn(file: unknown): readonly KnownBot[] {
  const { version, bots } = membersOf(file);
  if (version !== 1 || !Array.isArray(bots)) throw new TypeError('it is no list of bots of version 1');
  return bots.slice(0, MAX_BOTS).map((entry: unknown) => {
    const { self_id, takes_calls, last_seen } = membersOf(entry);
    const selfId = typeof self_id === 'string' ? normalSelfId(self_id) : undefined;
    const lastSeenAt = typeof last_seen === 'string' ? Date.parse(last_seen) : Number.NaN;
    if (selfId === undefined || typeof takes_calls !== 'boolean' || Number.isNaN(lastSeenAt)) {
      throw new TypeError(`an entry is no bot: ${JSON.stringify(entry)}`);
    }
    return { selfId, takesCalls: takes_calls, lastSeenAt };
  });
}

function membersOf(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null) throw new TypeError('it is no JSON object');
  return value as Record<string, unknown>;
}
