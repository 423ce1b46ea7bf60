import type { OneBotEvent } from '../onebot/bot-frame.ts';
import type { LogEntry } from './types.ts';

/** An event in the log, shared by all cursors that it is for. Its bytes are in memory, in the store, or both. */
export class Entry implements LogEntry {
  readonly sequence: number;
  readonly appendedAt: number;
  readonly storedAt: number;
  readonly byteLength: number;
  /** The bot that the event belongs to. */
  readonly selfId: string;
  /** Cursors that have not let go of it. */
  holders = 0;
  /** Cursors that have it in flight: it stays in memory for them. */
  pins = 0;
  /** Whether the store has it. */
  isWritten: boolean;
  /** Undefined while it is in the store alone. */
  loaded: OneBotEvent | undefined;

  constructor({ sequence, appendedAt, storedAt, byteLength, selfId, event }: EntryFields) {
    this.sequence = sequence;
    this.appendedAt = appendedAt;
    this.storedAt = storedAt;
    this.byteLength = byteLength;
    this.selfId = selfId;
    this.loaded = event;
    this.isWritten = event === undefined;
  }

  get event(): OneBotEvent {
    if (this.loaded === undefined) throw new TypeError(`event ${this.sequence} is read while it is not in flight`);
    return this.loaded;
  }
}

export interface EntryFields {
  readonly sequence: number;
  /** Milliseconds of `steadyNow()`. */
  readonly appendedAt: number;
  readonly storedAt: number;
  readonly byteLength: number;
  readonly selfId: string;
  /** Absent for one that an earlier run left in the store. */
  readonly event?: OneBotEvent;
}
