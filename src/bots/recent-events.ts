import { hash } from 'node:crypto';
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
  fate?: Promise<Buffer | undefined>;
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
    const { selfId, bytes } = frame.event;
    const id = messageId(frame);
    const key = `${selfId} ${id ?? hash('sha1', bytes, 'base64')}`;
    const found = this.#newer.get(key) ?? this.#older.get(key);
    const known = found !== undefined && nowMs - found.atMs < WINDOW_MS ? found : undefined;
    if (known === undefined) {
      const entry = { source, key, atMs: nowMs, counts: [{ session: source.session, count: 1 }] };
      this.#newer.set(key, entry);
      return { isNew: true, known: entry };
    }
    const own = known.counts.find(({ session }) => session === source.session);
    const isRepeatedReport = own !== undefined && source.answer !== undefined;
    if (isRepeatedReport && (id !== undefined || known.source.answer?.state !== 'sent')) return { isNew: false, known };
    const before = own?.count ?? 0;
    if (own === undefined) known.counts.push({ session: source.session, count: 1 });
    else own.count += 1;
    const isNew = known.counts.every(({ session, count }) => session === source.session || count <= before);
    return { isNew, known };
  }

  /** It was not kept: when it comes again it is new. */
  forget(known: KnownEvent): void {
    const { key } = known as Entry;
    for (const half of [this.#newer, this.#older]) if (half.get(key) === known) half.delete(key);
  }

  #turn(nowMs: number): void {
    if (this.#newer.size < MAX_EVENTS / 2 && nowMs - this.#begunMs < WINDOW_MS) return;
    this.#older = this.#newer;
    this.#newer = new Map();
    this.#begunMs = nowMs;
  }
}

interface Entry extends KnownEvent {
  readonly key: string;
  readonly atMs: number;
  /** How often it came by each session. */
  readonly counts: { readonly session: object; count: number }[];
}

/** go-cqhttp gives up after three tries of five seconds. */
const WINDOW_MS = 60_000;
const MAX_EVENTS = 20_000;

const IDS = ['message_id', 'time', 'group_id', 'user_id', 'guild_id', 'channel_id'] as const;
const MAX_ID_LENGTH = 256;
/** A text that is no longer than its hash stands for itself. */
const MAX_TEXT_LENGTH = 28;

/**
 * What tells a message from all others of its bot; undefined for what is no message, or has no id. `raw_message` is CQ text in
 * whatever form the message comes, and tells those apart that a careless implementation gives one id.
 */
function messageId({ event, members }: EventFrame): string | undefined {
  const { postType } = event;
  if ((postType !== 'message' && postType !== 'message_sent') || !members.has('message_id')) return undefined;
  const id = IDS.reduce((ids, key) => `${ids} ${members.latin1(key) ?? ''}`, postType);
  if (id.length > MAX_ID_LENGTH) return undefined;
  const text = members.raw('raw_message');
  if (text === undefined) return id;
  const mark = text.length <= MAX_TEXT_LENGTH ? text.toString('latin1') : hash('sha1', text, 'base64');
  return `${id} ${mark}`;
}
