import type { OneBotEvent } from '../onebot/bot-frame.ts';

/**
 * The event log between bots and servers: each event is appended once, and each reader goes on at its own cursor.
 * Events that a cursor has taken but not acknowledged are in flight; `rewind` gives them out again, in order.
 */
export interface EventLog {
  /** Appends the event for those cursors; settles when it is as safe as this log makes it. */
  append(event: OneBotEvent, cursors: readonly string[]): Promise<void>;
  /** The cursor of that name, made at the log's end when it is new. */
  cursor(name: string): LogCursor;
  /** The names of all cursors. */
  cursorNames(): readonly string[];
  /** Forgets a cursor; returns how many events waited for it. */
  remove(name: string): number;
  close(): Promise<void>;
}

export interface LogCursor {
  readonly name: string;
  /** Events not acknowledged, in flight ones included. */
  readonly waitingEvents: number;
  readonly waitingBytes: number;
  readonly dropped: DropCounts;
  /** Called when an event has come for a cursor that had none to give. One reader at a time. */
  setReader(onReadable: (() => void) | undefined): void;
  /** The next event in order, in flight from now on; undefined when there is none. */
  take(): LogEntry | undefined;
  /** Whether `take` would give one. */
  readonly readable: boolean;
  /** That event is done with: delivered, or given up. */
  acknowledge(entry: LogEntry): void;
  /** That event is given out again, in order, before what follows. */
  giveBack(entry: LogEntry): void;
  /** The same for all that are in flight. */
  rewind(): void;
}

export interface LogEntry {
  /** Counts up over all events of the log. */
  readonly sequence: number;
  readonly event: OneBotEvent;
  /** Milliseconds since the epoch. */
  readonly appendedAt: number;
}

/** Why events were dropped before they were delivered, and how many. */
export interface DropCounts {
  /** Waited longer than `maxAgeMs`. */
  readonly tooOld: number;
  /** More waited than the bounds allow; the oldest went. */
  readonly overflow: number;
}

/** What may wait for one cursor; the oldest goes first. */
export interface CursorBounds {
  readonly maxAgeMs: number;
  readonly maxEvents: number;
  readonly maxBytes: number;
}
