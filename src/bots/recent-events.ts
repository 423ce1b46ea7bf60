import { hash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import type { EventFrame } from '../onebot/bot-frame.ts';
import type { AnswerState } from '../port/types.ts';

/** By what an event came. */
export interface EventSource {
  /** Its WebSocket session; all HTTP reports of one bot have one source. */
  readonly session: object;
  /** HTTP: what has become of the answer to the report. */
  readonly answer?: AnswerState;
}

/** An event that came once at least. */
export interface KnownEvent {
  /** By what it came first. */
  readonly source: EventSource;
  /** Settles when it is safe, rejects when it is not kept; set by whoever takes it. */
  outcome: Promise<Buffer | undefined> | undefined;
}

export interface Arrival {
  /** Whether it is to be taken. */
  readonly isNew: boolean;
  readonly known: KnownEvent;
}

/**
 * Tells events that come again from new ones, of the last minute and at least the last 10,000.
 *
 * A message is known by its ids, since two sessions may report it in different forms; all else by its bytes. What is
 * equal on one WebSocket session happened twice (somebody pokes, and pokes again), since nothing is repeated there: the
 * sessions are counted against each other. A reporter by HTTP repeats what it has no answer to, go-cqhttp three times: there
 * a message is one whenever it comes, and what has no id where the first report has not been answered.
 */
export class RecentEvents {
  /**
   * In two halves, of which the older is forgotten whole: a map that loses its oldest entry for each new one is slow to say
   * which that is (60 µs at 20,000, `bench/`).
   */
  #newer = new Map<string, Entry>();
  #older = new Map<string, Entry>();
  /** When the newer half was begun. */
  #begunMs = 0;

  /** @param nowMs `steadyNow()`. */
  arrive(frame: EventFrame, source: EventSource, nowMs: number): Arrival {
    this.#turn(nowMs);
    const { key, isMessage } = keyOf(frame);
    const found = this.#newer.get(key) ?? this.#older.get(key);
    const known = found !== undefined && nowMs - found.atMs < WINDOW_MS ? found : undefined;
    if (known === undefined) {
      const entry = { source, atMs: nowMs, counts: undefined, outcome: undefined };
      this.#newer.set(key, entry);
      return { isNew: true, known: entry };
    }
    known.counts ??= new Map([[known.source.session, 1]]);
    const before = known.counts.get(source.session) ?? 0;
    const isRepeatedReport = before > 0 && source.answer !== undefined;
    if (isRepeatedReport && (isMessage || known.source.answer?.state !== 'sent')) return { isNew: false, known };
    known.counts.set(source.session, before + 1);
    const isNew = [...known.counts].every(([session, count]) => session === source.session || count <= before);
    return { isNew, known };
  }

  /** It was not kept: when it comes again it is new. */
  forget(frame: EventFrame, known: KnownEvent): void {
    const { key } = keyOf(frame);
    for (const half of [this.#newer, this.#older]) if (half.get(key) === known) half.delete(key);
  }

  #turn(nowMs: number): void {
    if (this.#newer.size < MAX_EVENTS / 2 && nowMs - this.#begunMs < WINDOW_MS) return;
    this.#older = this.#newer;
    this.#newer = new Map();
    this.#begunMs = nowMs;
  }
}

/** Kept for up to 20,000 events: it is small, so that they cost little garbage collection. */
interface Entry extends KnownEvent {
  readonly atMs: number;
  /** How often it came by each session; absent while it came once. */
  counts: Map<object, number> | undefined;
}

/** go-cqhttp gives up after three tries of five seconds. */
const WINDOW_MS = 60_000;
const MAX_EVENTS = 20_000;

/** What tells an event from others: what a message says of itself, or a hash of its bytes. */
function keyOf(frame: EventFrame): { readonly key: string; readonly isMessage: boolean } {
  const messageKey = messageKeyOf(frame);
  const { selfId, bytes } = frame.event;
  return { key: messageKey ?? `${selfId} ${hash('sha1', bytes, 'base64')}`, isMessage: messageKey !== undefined };
}

/**
 * Undefined for what is no message, or has no id. `raw_message` is CQ text in whatever form the message comes, and tells
 * those apart that a careless implementation gives one id; its checksum is enough for that.
 *
 * Made of bytes: a string that is put together from others keeps them all in memory.
 */
function messageKeyOf({ event, members }: EventFrame): string | undefined {
  const { selfId, postType } = event;
  if ((postType !== 'message' && postType !== 'message_sent') || !members.has('message_id')) return undefined;
  let end = KEY.write(`${selfId} ${postType}`, 'latin1');
  for (const id of IDS) {
    KEY[end] = SPACE;
    end = members.copyRaw(id, KEY, end + 1);
    if (end + MARGIN_BYTES > KEY.length) return undefined;
  }
  const text = members.raw('raw_message');
  end = KEY.writeUInt32LE(text === undefined ? 0 : crc32(text), end);
  return KEY.toString('latin1', 0, end);
}

const IDS = ['message_id', 'time', 'group_id', 'user_id', 'guild_id', 'channel_id'] as const;
const KEY = Buffer.alloc(512);
/** For the space and the checksum. */
const MARGIN_BYTES = 8;
const SPACE = 0x20;
