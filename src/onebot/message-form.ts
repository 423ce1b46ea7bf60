import type { OneBotEvent } from './bot-frame.ts';
import { parseCq, type Segment, toCq } from './cq-code.ts';
import { KeyTable, type ScannedObject, scanObject } from './json-scan.ts';
import { decodeString } from './json-text.ts';
import { elementsOf, isArray, isObject, isString, membersOf } from './json-walk.ts';

/** `string`: CQ text. `array`: segments. `keep`: whatever the bot sends. */
export type MessageFormat = 'keep' | 'string' | 'array';

const KEYS = new KeyTable(['message', 'raw_message', 'message_format', 'server']);

type Message = ScannedObject<(typeof KEYS.names)[number]>;

type Forms = Partial<Record<MessageFormat, WeakRef<OneBotEvent>>>;

/** All servers that want one form share one conversion, which lives as long as one of them has it under way. */
const formsOf = new WeakMap<OneBotEvent, Forms>();

/** Why a message stays in the form that it came in. */
export type Unconverted = 'large' | 'unsound';

/**
 * Converts the `message` of an event into the format, and adds a `raw_message` in CQ text where it is missing.
 * `message_format` is changed too: NapCat and LLOneBot tell the format by it. Every other byte stays. An event without
 * a message, or with one that can't be converted, is returned as it is.
 *
 * @param onUnconverted Called once for each event and format when a message can't be converted. `large`: the conversion
 *   would hold up the event loop. `unsound`: the result would nest deeper or have more values than the bridge accepts.
 */
export function inFormat(
  event: OneBotEvent,
  format: MessageFormat,
  onUnconverted: (why: Unconverted) => void = () => {},
): OneBotEvent {
  if (format === 'keep' || !MESSAGES.has(event.postType)) return event;
  const forms = formsOf.get(event) ?? {};
  const known = forms[format]?.deref();
  if (known !== undefined) return known;
  const outcome = convert(event, format);
  const converted = typeof outcome === 'string' ? event : outcome;
  if (typeof outcome === 'string') onUnconverted(outcome);
  forms[format] = new WeakRef(converted);
  formsOf.set(event, forms);
  return converted;
}

/** `message_sent`: go-cqhttp's and NapCat's report of the bot's own messages. */
const MESSAGES = new Set(['message', 'message_sent']);

function convert(event: OneBotEvent, format: 'string' | 'array'): OneBotEvent | Unconverted {
  const object = scan(event.bytes);
  const message = object?.raw('message');
  if (object === undefined || message === undefined || object.isRepeated('message')) return event;
  if (isLarge(message)) return object.has('raw_message') && hasForm(message, format) ? event : 'large';
  const forms = formsIn(message);
  if (forms === undefined) return event;
  const edits = new Map<(typeof KEYS.names)[number], Buffer>();
  if (forms[format] !== message) edits.set('message', forms[format]);
  const mark = object.text('message_format');
  if (mark !== undefined && mark !== format) edits.set('message_format', Buffer.from(JSON.stringify(format)));
  if (!object.has('raw_message')) edits.set('raw_message', forms.string);
  if (edits.size === 0) return event;
  const bytes = object.withAll(edits);
  const taggable = scan(bytes)?.without('server').subarray(0, -1);
  return taggable === undefined ? 'unsound' : { ...event, bytes, taggable };
}

/** Whether the message has the format already. Does not look at `raw_message`. */
function hasForm(message: Buffer, format: 'string' | 'array'): boolean {
  return format === 'string' ? isString(message) : isArray(message);
}

/**
 * Whether the conversion would take longer than about 20 ms: each character costs 5 to 10 ns; each segment, member of a
 * segment and escape costs 0.3 to 1.5 µs.
 */
function isLarge(message: Buffer): boolean {
  if (message.length <= MAX_PIECES) return false;
  if (message.length > MAX_MESSAGE_BYTES) return true;
  let pieces = 0;
  for (let at = 0; at < message.length; at += 1) pieces += BEGINS_PIECE[message[at] as number] as number;
  return pieces > MAX_PIECES;
}

/** Longer messages are not converted. */
const MAX_MESSAGE_BYTES = 2 * 1024 * 1024;

/** Limit of the segments, members and escapes of one message together. */
const MAX_PIECES = 10_000;

const BEGINS_PIECE = Uint8Array.from({ length: 256 }, (_, byte) => Number(Buffer.from('[{,&\\').includes(byte)));

/** Both forms of a message as JSON, one of them the very bytes. Undefined where it has but one. */
function formsIn(message: Buffer): { readonly string: Buffer; readonly array: Buffer } | undefined {
  if (isString(message)) {
    const segments = parseCq(decodeString(message)).map(({ type, data }) => ({ type, data: Object.fromEntries(data) }));
    return { string: message, array: Buffer.from(JSON.stringify(segments)) };
  }
  if (!isArray(message) && !isObject(message)) return undefined;
  const segments = isArray(message) ? elementsOf(message) : [message];
  const text = cqOf(segments);
  if (text === undefined) return undefined;
  // A segment may stand alone instead of a list.
  const array = isArray(message) ? message : Buffer.concat([Buffer.from('['), message, Buffer.from(']')]);
  return { string: Buffer.from(JSON.stringify(text)), array };
}

function cqOf(elements: readonly Buffer[]): string | undefined {
  const segments: Segment[] = [];
  for (const element of elements) {
    const segment = isObject(element) ? readSegment(element) : undefined;
    if (segment === undefined) return undefined;
    segments.push(segment);
  }
  return toCq(segments);
}

function readSegment(element: Buffer): Segment | undefined {
  const members = membersOf(element);
  const type = members.get('type');
  if (type === undefined || !isString(type)) return undefined;
  const raw = members.get('data') ?? NULL;
  if (!isObject(raw) && !raw.equals(NULL)) return undefined;
  const data = new Map<string, string>();
  for (const [name, value] of isObject(raw) ? membersOf(raw) : []) {
    // What a bot leaves open is left out, as its own CQ codes do.
    if (!value.equals(NULL)) data.set(name, isString(value) ? decodeString(value) : value.toString());
  }
  return { type: decodeString(type), data };
}

/** Undefined where the text nests deeper or has more values than the bridge accepts. */
function scan(text: Buffer): Message | undefined {
  const outcome = scanObject(text, KEYS);
  return outcome.kind === 'unsound' ? undefined : outcome.object;
}

const NULL = Buffer.from('null');
