import type { OneBotEvent } from '../../onebot/bot-frame.ts';
import { steadyNow } from '../../support/clock.ts';
import type { Logger } from '../../support/logger.ts';
import type { CursorBounds, DropCounts, EventLog, LogCursor, LogEntry } from '../types.ts';
import { type CursorHost, MemoryCursor } from './memory-cursor.ts';

/**
 * The event log in memory: one entry per event, shared by all cursors it is for.
 *
 * Guarantees order per cursor and bounds per cursor and in all; holds nothing over the end of the process. `app/`
 * makes it, bots' events are appended through `app/intake.ts`, the workers in `servers/` read.
 */
export class MemoryLog implements EventLog, CursorHost {
  readonly #bounds: CursorBounds;
  readonly #maxTotalBytes: number;
  readonly #logger: Logger;
  readonly #cursors = new Map<string, MemoryCursor>();
  /** Entries that some cursor still holds, oldest first, and some that none does any more. */
  #entries: HeldEntry[] = [];
  #heldEntries = 0;
  #heldBytes = 0;
  #sequence = 0;
  readonly #sweep: NodeJS.Timeout;

  constructor({ bounds, maxTotalBytes, logger }: MemoryLogOptions) {
    this.#bounds = bounds;
    this.#maxTotalBytes = maxTotalBytes;
    this.#logger = logger;
    this.#sweep = setInterval(() => this.#expire(), SWEEP_MS).unref();
  }

  append(event: OneBotEvent, cursors: readonly string[]): Promise<void> {
    if (cursors.length === 0) return SAFE;
    this.#sequence += 1;
    const entry: HeldEntry = {
      sequence: this.#sequence,
      event,
      appendedAt: steadyNow(),
      cursors: cursors.map((name) => this.#cursorOf(name)),
      holders: cursors.length,
    };
    this.#entries.push(entry);
    this.#heldEntries += 1;
    this.#heldBytes += event.bytes.length;
    for (const cursor of entry.cursors) cursor.push(entry);
    if (this.#heldBytes > this.#maxTotalBytes) this.#evict();
    if (this.#entries.length > 2 * this.#heldEntries + 1024) this.#entries = this.#entries.filter(isHeld);
    return SAFE;
  }

  cursor(name: string): LogCursor {
    return this.#cursorOf(name);
  }

  cursorNames(): readonly string[] {
    return [...this.#cursors.keys()];
  }

  remove(name: string): number {
    const events = this.#cursors.get(name)?.clear() ?? 0;
    this.#cursors.delete(name);
    return events;
  }

  async close(): Promise<void> {
    clearInterval(this.#sweep);
  }

  released(entry: LogEntry): void {
    const held = entry as HeldEntry;
    held.holders -= 1;
    if (held.holders > 0) return;
    this.#heldEntries -= 1;
    this.#heldBytes -= held.event.bytes.length;
  }

  dropped(cursor: string, reason: keyof DropCounts, events: number): void {
    const why = reason === 'tooOld' ? 'they waited too long' : 'too many were waiting';
    this.#logger.error(`events dropped: ${why}`, { cursor, events });
  }

  #cursorOf(name: string): MemoryCursor {
    let cursor = this.#cursors.get(name);
    if (cursor === undefined) {
      cursor = new MemoryCursor(name, this.#bounds, this);
      this.#cursors.set(name, cursor);
    }
    return cursor;
  }

  /** Lets the oldest events go, a tenth more than needed so that it is not done per event; the newest always stays. */
  #evict(): void {
    const targetBytes = this.#maxTotalBytes * 0.9;
    for (const entry of this.#entries) {
      if (this.#heldBytes <= targetBytes || entry.sequence === this.#sequence) break;
      if (isHeld(entry)) for (const cursor of entry.cursors) cursor.evict(entry);
    }
    this.#entries = this.#entries.filter(isHeld);
  }

  #expire(): void {
    const now = steadyNow();
    for (const cursor of this.#cursors.values()) cursor.expire(now);
  }
}

export interface MemoryLogOptions {
  /** What may wait for one cursor. */
  readonly bounds: CursorBounds;
  /** What may wait in all, each event counted once. */
  readonly maxTotalBytes: number;
  readonly logger: Logger;
}

interface HeldEntry extends LogEntry {
  readonly cursors: readonly MemoryCursor[];
  /** Cursors that have not let go of it. */
  holders: number;
}

const SWEEP_MS = 5_000;
const SAFE = Promise.resolve();

function isHeld(entry: HeldEntry): boolean {
  return entry.holders > 0;
}
