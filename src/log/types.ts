import type { OneBotEvent } from '../onebot/bot-frame.ts';

/**
 * The event log between bots and servers: each event is appended once, and each reader goes on at its own cursor.
 * Events that a cursor has taken but not acknowledged are in flight; `rewind` gives them out again, in order.
 *
 * Engines: `SharedLog` over a store in memory or on LMDB. One on NATS JetStream would make each cursor a durable
 * consumer with explicit acknowledgement.
 */
export interface EventLog {
  /**
   * Appends the event for those cursors, which can read it at once.
   *
   * @returns Settles when it survives a crash of the process.
   * @throws LogUnavailableError when it can't be made safe. With `mustBeSafe` no cursor has got it then, unless the
   *   failure came only when it was being written; without, it stays readable and is written once that works again.
   */
  append(event: OneBotEvent, cursors: readonly string[], options?: AppendOptions): Promise<void>;
  /** The cursor of that name, made at the log's end when it is new. */
  cursor(name: string): LogCursor;
  /** The names of all cursors. */
  cursorNames(): readonly string[];
  /**
   * Moves the waiting events of some cursors to others, all at once. An event keeps its sequence, its age and its place
   * in the order. An event that comes from two cursors is there once. Events that already wait at a target stay there.
   * A cursor that moves whole, to a name that no other events go to, is only renamed. The move drops no event: tighter
   * limits apply from {@link refreshBounds} on.
   *
   * @param moves For each cursor its new name, or a function that names the targets of each event.
   * @returns A function that gives each cursor its former events back, as far as they still wait. It throws in the same
   *   case.
   * @throws Error when a cursor has events in flight. Nothing is moved then. The reader has to be stopped first.
   */
  regroup(moves: ReadonlyMap<string, CursorMove>): () => void;
  /**
   * Removes a cursor. Returns how many events waited for it.
   *
   * @throws Error when it has events in flight.
   */
  remove(name: string): number;
  /**
   * Settles when a crash of the process can't lose any earlier change of the log.
   *
   * @throws LogUnavailableError when the store can't be written now. The log writes the changes when the store works
   *   again.
   */
  flush(): Promise<void>;
  /** Takes the bounds of all cursors anew from where it got them. */
  refreshBounds(): void;
  readonly deadLetters: DeadLetters;
  readonly health: LogHealth;
  /** Writes what is not written yet and closes. */
  close(): Promise<void>;
}

export type CursorMove = string | ((entry: WaitingEntry) => readonly string[]);

/** A waiting event without its bytes. */
export interface WaitingEntry {
  readonly sequence: number;
  readonly selfId: string;
}

export interface AppendOptions {
  /** The sender keeps the event when this fails. Default false. */
  readonly mustBeSafe?: boolean;
}

export type LogHealth =
  /** `durable`: appended means safe from a crash. `memory`: nothing is kept over the end of the process. */
  | { readonly kind: 'durable' | 'memory' }
  /** The store takes nothing: what comes is kept in memory alone. */
  | { readonly kind: 'failing'; readonly reason: string /** Milliseconds since the epoch. */; readonly since: number };

export interface LogCursor {
  readonly name: string;
  /** Events that are not acknowledged, also those in flight and set aside. */
  readonly waitingEvents: number;
  readonly waitingBytes: number;
  /** When the oldest unacknowledged event was appended. Milliseconds of `steadyNow()`. */
  readonly oldestAt: number | undefined;
  readonly dropped: DropCounts;
  /** Called when an event has come for a cursor that had none to give. One reader at a time. */
  setReader(onReadable: (() => void) | undefined): void;
  /**
   * The next event in order, in flight from now on; undefined when there is none.
   *
   * @param nowMs `steadyNow()`, for a reader that takes many at once: what has come since is left for the next time.
   */
  take(nowMs?: number): LogEntry | undefined;
  /** Whether `take` would give one. */
  readonly readable: boolean;
  /** That event is done with: delivered, or given up. */
  acknowledge(entry: LogEntry): void;
  /** That event is given out again, in order, before what follows. */
  giveBack(entry: LogEntry): void;
  /** Gives back all events that are in flight or set aside, as {@link giveBack} does for one. */
  rewind(): void;
  /**
   * Sets an event aside that is in flight. It is not given out again before {@link takeUp} of its bot, and counts
   * within the limits like any waiting event.
   */
  setAside(entry: LogEntry): void;
  /** Gives the events of this bot that were set aside out again, in order. */
  takeUp(selfId: string): void;
  /** Removes the waiting events of this bot, but not those in flight. Returns how many there were. */
  drop(selfId: string): number;
  /** How many events are set aside. */
  readonly asideEvents: number;
}

export interface LogEntry {
  /** Counts up over all events of the log, also from run to run. */
  readonly sequence: number;
  /** Readable while the entry is in flight. */
  readonly event: OneBotEvent;
  /** Of the event. */
  readonly byteLength: number;
  /** Milliseconds of `steadyNow()`. */
  readonly appendedAt: number;
  /** When the event was appended, by the store's time. The number is the same in every run. */
  readonly storedAt: number;
}

/** Why events were dropped before they were delivered, and how many. */
export interface DropCounts {
  /** Waited longer than `maxAgeMs`. */
  readonly tooOld: number;
  /** More waited than the bounds allow; the oldest went. */
  readonly overflow: number;
  /** Could not be read back from the store. */
  readonly unreadable: number;
}

/** What may wait for one cursor; the oldest goes first. `maxAgeMs: 0`: nothing waits for a reader that is away. */
export interface CursorBounds {
  readonly maxAgeMs: number;
  readonly maxEvents: number;
  readonly maxBytes: number;
}

/** Events that a server refused for good, with their bytes. The last 1,000 and 16 MiB of each server are kept. */
export interface DeadLetters {
  add(letter: NewDeadLetter): void;
  /** Oldest first, all servers' when none is named. */
  list(server?: string): readonly DeadLetter[];
  /** The event of one; undefined when there is no such letter any more. */
  read(id: number): Buffer | undefined;
  /** Takes all of a server's out, oldest first, to be appended again. */
  take(server: string): readonly OneBotEvent[];
  /** Throws all of a server's away; returns how many. */
  drop(server: string): number;
  /**
   * Moves letters to other servers. `serverOf` names the server of each letter, the same one where the letter stays.
   *
   * @returns A function that gives the letters back.
   */
  regroup(serverOf: (letter: DeadLetter) => string): () => void;
}

export interface NewDeadLetter {
  readonly server: string;
  readonly event: OneBotEvent;
  /** In words, `answered with 403`. */
  readonly reason: string;
  /** Status of the answer, if there was one. */
  readonly status?: number;
  /** The beginning of the answer's body, with credentials masked. */
  readonly answer?: string;
}

export interface DeadLetter extends Omit<NewDeadLetter, 'event'> {
  readonly id: number;
  /** What it is, `message/group`. */
  readonly event: string;
  readonly selfId: string;
  readonly byteLength: number;
  /** When it died, milliseconds since the epoch. */
  readonly at: number;
}
