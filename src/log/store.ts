/**
 * What {@link SharedLog} needs of the place that events are kept in. All changes of one `commit` are made together or
 * not at all.
 */
export interface Store {
  /** Whether what is committed survives the process. */
  readonly durable: boolean;
  /** What an earlier run left; called once, before anything else. */
  recover(): RecoveredState;
  /**
   * Makes the changes; settles when they are safe. Throws or rejects when nothing of them is. Without any it is to be
   * found out whether the store takes changes at all.
   */
  commit(changes: StoreChanges): Promise<void>;
  /** The record of an event that has been committed and not removed; undefined when it is gone or broken. */
  read(sequence: number): StoredEvent | undefined;
  readLetter(id: number): StoredEvent | undefined;
  close(): Promise<void>;
}

export interface StoreChanges {
  readonly events: readonly EventRecord[];
  /** Sequences of events that no cursor needs any more. */
  readonly removedEvents: readonly number[];
  readonly cursors: readonly CursorRecord[];
  /** Ids. */
  readonly removedCursors: readonly number[];
  readonly letters: readonly LetterRecord[];
  /** Ids. */
  readonly removedLetters: readonly number[];
}

export interface StoredEvent {
  readonly selfId: string;
  readonly bytes: Buffer;
}

export interface EventRecord extends StoredEvent {
  readonly sequence: number;
  /** By the store's own time, see {@link RecoveredState.nowMs}. Milliseconds. */
  readonly storedAt: number;
  /** Ids of the cursors that it is for. */
  readonly cursors: readonly number[];
}

export interface CursorRecord {
  readonly id: number;
  readonly name: string;
  /** All events up to this one have been handled, except {@link listed}. */
  readonly acknowledgedTo: number;
  /** Sequences of waiting events that were moved here from other cursors. Their records name the other cursors. */
  readonly listed: readonly number[];
}

export interface LetterRecord extends StoredEvent {
  readonly id: number;
  readonly server: string;
  /** What the event is, `message/group`. */
  readonly event: string;
  readonly reason: string;
  readonly status?: number;
  readonly answer?: string;
  readonly at: number;
}

/** What an earlier run left, the bytes of events aside; events and letters in order. */
export interface RecoveredState {
  /**
   * The store's own time now, in milliseconds. It goes on from run to run and never jumps, also when the wall clock
   * does. The age of an event is `nowMs - storedAt`.
   */
  readonly nowMs: number;
  readonly events: Iterable<RecoveredEvent>;
  readonly cursors: readonly CursorRecord[];
  readonly letters: Iterable<Omit<LetterRecord, 'bytes'> & { readonly byteLength: number }>;
}

export interface RecoveredEvent extends Omit<EventRecord, 'bytes'> {
  readonly byteLength: number;
}
