import type { DropCounts, LogCursor, LogEntry } from '../log/types.ts';

/**
 * A cursor while one worker reads it. When the worker ends, its events in flight wait again. From then on calls of the
 * old worker change nothing, such as one for an answer that comes late: another worker may have the events.
 */
export class LeasedCursor implements LogCursor {
  readonly #cursor: LogCursor;
  #hasEnded = false;

  constructor(cursor: LogCursor) {
    this.#cursor = cursor;
  }

  isOf(cursor: LogCursor): boolean {
    return this.#cursor === cursor;
  }

  end(): void {
    if (this.#hasEnded) return;
    this.#cursor.setReader(undefined);
    this.#cursor.rewind();
    this.#hasEnded = true;
  }

  get name(): string {
    return this.#cursor.name;
  }

  get waitingEvents(): number {
    return this.#cursor.waitingEvents;
  }

  get waitingBytes(): number {
    return this.#cursor.waitingBytes;
  }

  get oldestAt(): number | undefined {
    return this.#cursor.oldestAt;
  }

  get dropped(): DropCounts {
    return this.#cursor.dropped;
  }

  get readable(): boolean {
    return !this.#hasEnded && this.#cursor.readable;
  }

  setReader(onReadable: (() => void) | undefined): void {
    if (!this.#hasEnded) this.#cursor.setReader(onReadable);
  }

  take(nowMs?: number): LogEntry | undefined {
    return this.#hasEnded ? undefined : this.#cursor.take(nowMs);
  }

  acknowledge(entry: LogEntry): void {
    if (!this.#hasEnded) this.#cursor.acknowledge(entry);
  }

  giveBack(entry: LogEntry): void {
    if (!this.#hasEnded) this.#cursor.giveBack(entry);
  }

  rewind(): void {
    if (!this.#hasEnded) this.#cursor.rewind();
  }

  setAside(entry: LogEntry): void {
    if (!this.#hasEnded) this.#cursor.setAside(entry);
  }

  takeUp(selfId: string): void {
    if (!this.#hasEnded) this.#cursor.takeUp(selfId);
  }

  drop(selfId: string): number {
    return this.#hasEnded ? 0 : this.#cursor.drop(selfId);
  }

  get asideEvents(): number {
    return this.#cursor.asideEvents;
  }
}
