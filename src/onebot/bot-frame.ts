import { KeyTable, type ScannedObject, scanObject, withoutByteOrderMark } from './json-scan.ts';
import { ONEBOT_12 } from './onebot-12.ts';

/**
 * What a bot sends, by HTTP report or on a WebSocket: an event, or the answer to a call.
 * OneBot 11, `event/README.md` (`time`, `self_id`, `post_type` in each event) and `communication/ws.md` (answers).
 */

const BOT_KEYS = new KeyTable([
  'post_type',
  'self_id',
  'meta_event_type',
  'sub_type',
  'server',
  'echo',
  'status',
  'retcode',
  'stream',
  'data',
  'detail_type',
  // What tells a message from others; read with the rest, since a scan for them alone costs as much as the first.
  'message_id',
  'time',
  'group_id',
  'user_id',
  'guild_id',
  'channel_id',
  'raw_message',
]);

const DATA_KEYS = new KeyTable(['type']);

/** One report of a bot: an immutable run of bytes and the few fields that routing needs. */
export interface OneBotEvent {
  /** The very bytes that came. */
  readonly bytes: Buffer;
  /** The same without the last brace and without a `server` member, ready for `EventTag`. */
  readonly taggable: Buffer;
  /** Decimal text, or the account id of another platform. Where the event names no account, the id from the header. */
  readonly selfId: string;
  readonly postType: string;
  /** `lifecycle` and `heartbeat` pass every filter and are never queued. */
  readonly kind: 'report' | 'lifecycle' | 'heartbeat';
  /** `connect`, `enable`, `disable` of a lifecycle event. */
  readonly subType?: string;
}

/** What a bot answers to a call that the bridge passed on. */
export interface OneBotAnswer {
  /** The echo, where it is a string: the bridge's own always are. */
  readonly echo?: string;
  readonly frame: ScannedObject<BotKey>;
}

type BotKey = (typeof BOT_KEYS.names)[number];

/** An event and, for as long as it is being taken in, its members. */
export interface EventFrame {
  readonly event: OneBotEvent;
  readonly members: ScannedObject<BotKey>;
}

export type BotFrame =
  | ({ readonly kind: 'event' } & EventFrame)
  | { readonly kind: 'answer'; readonly answer: OneBotAnswer }
  | { readonly kind: 'unsound'; readonly reason: string; readonly isOneBot12?: boolean };

/** An account id: a decimal number of any length, or the name that another platform gives it. */
const SELF_ID = /^[\w.:@+-]{1,64}$/;

/** Empty values that an implementation writes into `self_id` while it does not know its account yet, as text. */
const NO_ACCOUNT = /^(?:-?0+|none|null|nil|undefined|nan)?$/i;

/** The id as the bridge compares it, or undefined where it can't be one. */
export function normalSelfId(text: string): string | undefined {
  return SELF_ID.test(text) && !isNoAccount(text) ? text : undefined;
}

/** Whether a text stands for "no account". The bridge then acts as if the text were not there. */
export function isNoAccount(text: string): boolean {
  return NO_ACCOUNT.test(text);
}

/**
 * Reads one frame or report body.
 *
 * @param selfId The id from `X-Self-ID` or an earlier frame, for an event that names no account. An event that names
 *   another account keeps its own, and the caller has to compare.
 */
export function readBotFrame(text: Buffer, selfId?: string): BotFrame {
  const scan = scanObject(text, BOT_KEYS);
  if (scan.kind === 'unsound') return scan;
  const { object } = scan;
  if (object.has('post_type')) return readEvent(withoutByteOrderMark(text), object, selfId);
  if (object.has('echo') || object.has('status') || object.has('retcode')) return readAnswer(object);
  if (object.has('detail_type')) return { kind: 'unsound', reason: String(ONEBOT_12), isOneBot12: true };
  return { kind: 'unsound', reason: 'neither an event (no post_type) nor an answer (no echo, status or retcode)' };
}

function readEvent(text: Buffer, object: ScannedObject<BotKey>, selfId: string | undefined): BotFrame {
  for (const key of ['post_type', 'self_id'] as const) {
    if (object.isRepeated(key)) return { kind: 'unsound', reason: `${key} stands in it twice` };
  }
  const postType = object.text('post_type');
  if (!postType) return { kind: 'unsound', reason: 'post_type is not a name' };
  const identity = readSelfId(object, selfId);
  if (identity.kind === 'unsound') return identity;
  const kind = kindOf(postType, object);
  const subType = kind === 'lifecycle' ? object.text('sub_type') : undefined;
  const taggable = object.without('server').subarray(0, -1);
  const event = { bytes: text, taggable, selfId: identity.selfId, postType, kind };
  return { kind: 'event', event: subType === undefined ? event : { ...event, subType }, members: object };
}

function readSelfId(
  object: ScannedObject<BotKey>,
  expected: string | undefined,
): { kind: 'identity'; selfId: string } | { kind: 'unsound'; reason: string } {
  if (expected !== undefined && WHOLE_NUMBER.test(expected) && object.isNumeral('self_id', expected)) {
    return { kind: 'identity', selfId: expected };
  }
  const numeral = object.numeral('self_id');
  const named = numeral ?? object.text('self_id');
  if (named === undefined ? !object.has('self_id') || object.isNull('self_id') : isNoAccount(named)) {
    return expected === undefined
      ? { kind: 'unsound', reason: 'no self_id in it and no X-Self-ID beside it' }
      : { kind: 'identity', selfId: expected };
  }
  const selfId = numeral === undefined ? normalSelfId(named ?? '') : wholeNumber(numeral);
  return selfId === undefined
    ? { kind: 'unsound', reason: 'self_id is not an account id' }
    : { kind: 'identity', selfId };
}

const WHOLE_NUMBER = /^-?\d{1,64}$/;

function wholeNumber(numeral: string): string | undefined {
  return WHOLE_NUMBER.test(numeral) ? numeral : undefined;
}

function kindOf(postType: string, object: ScannedObject<BotKey>): OneBotEvent['kind'] {
  if (postType !== 'meta_event') return 'report';
  const meta = object.text('meta_event_type');
  return meta === 'lifecycle' || meta === 'heartbeat' ? meta : 'report';
}

function readAnswer(frame: ScannedObject<BotKey>): BotFrame {
  const echo = frame.text('echo');
  return { kind: 'answer', answer: { frame, ...(echo === undefined ? {} : { echo }) } };
}

/** The answer as its caller gets it: with the echo that the caller sent, or without one. */
export function withCallerEcho({ frame }: OneBotAnswer, echo: Buffer | undefined): Buffer {
  return echo === undefined ? frame.without('echo') : frame.with('echo', echo);
}

/**
 * Whether more frames of the same call follow. NapCat's and SnowLuma's stream actions answer one call with many
 * frames of the same echo: `data.type` is `stream` or `reset` until the last, which has `response` or `error`.
 * NapCat marks them with `stream: "stream-action"`; without the mark the action's name has to say it.
 * `upload_file_stream` is the other way about: many calls, one `stream` frame for each.
 */
export function hasMoreFrames({ frame }: OneBotAnswer, action: string): boolean {
  const mark = frame.text('stream');
  const streams = mark === undefined ? action.includes('stream') : mark === 'stream-action';
  if (!streams || action.startsWith('upload_file_stream')) return false;
  const data = frame.raw('data');
  if (data === undefined) return false;
  const scan = scanObject(data, DATA_KEYS);
  if (scan.kind === 'unsound') return false;
  const type = scan.object.text('type');
  return type === 'stream' || type === 'reset';
}
