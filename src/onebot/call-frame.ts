import { KeyTable, type ScannedObject, scanObject } from './json-scan.ts';
import { ONEBOT_12 } from './onebot-12.ts';

/**
 * API calls as applications send them and the answers that the bridge gives in a bot's place.
 * OneBot 11, `communication/ws.md`: `{action, params, echo}` and `{status, retcode, data, message, echo}`.
 */

const CALL_KEYS = new KeyTable([
  'action',
  'params',
  'echo',
  'self_id',
  'status',
  'retcode',
  'post_type',
  'detail_type',
]);

/** One API request of a server. */
export interface OneBotCall {
  readonly action: string;
  /** The caller's echo as it was written, any JSON value; absent when the call has none. */
  readonly echo: Buffer | undefined;
  readonly frame: ScannedObject<CallKey>;
}

type CallKey = (typeof CALL_KEYS.names)[number];

export type CallFrame =
  | { readonly kind: 'call'; readonly call: OneBotCall }
  /** To be answered with 1400. */
  | { readonly kind: 'malformed'; readonly reason: string; readonly echo?: Buffer | undefined }
  /** An event or an answer: nothing to answer, or two bridges would answer each other for ever. */
  | { readonly kind: 'foreign'; readonly reason: string };

/** @param extraItems How many values the bridge itself has added to the frame. */
export function readCallFrame(text: Buffer, extraItems = 0): CallFrame {
  const scan = scanObject(text, CALL_KEYS, extraItems);
  if (scan.kind === 'unsound') return { kind: 'malformed', reason: scan.reason };
  const { object } = scan;
  if (!object.has('action') && (object.has('post_type') || object.has('status') || object.has('retcode'))) {
    return { kind: 'foreign', reason: 'an event or an answer, not a call' };
  }
  if (!object.has('action') && object.has('detail_type')) return { kind: 'foreign', reason: String(ONEBOT_12) };
  const rawEcho = object.raw('echo');
  // A copy: a view would keep the whole frame, images and all, in memory until the answer comes.
  const echo = rawEcho && Buffer.from(rawEcho);
  for (const key of UNAMBIGUOUS) {
    if (object.isAmbiguous(key)) {
      return { kind: 'malformed', reason: `${key} stands in it twice or is spelt with escapes`, echo };
    }
  }
  const action = object.text('action');
  if (!action) return { kind: 'malformed', reason: 'action is missing or not a name', echo };
  return { kind: 'call', call: { action, echo, frame: object } };
}

const UNAMBIGUOUS = ['action', 'echo'] as const;

/** The call as the bot gets it: with the bridge's own echo, all else as it came. */
export function withBridgeEcho({ frame }: OneBotCall, echo: string): Buffer {
  return frame.with('echo', Buffer.from(`"${echo}"`, 'latin1'));
}

/**
 * The hidden action that carries out an HTTP server's quick operation (OneBot 11, `api/hidden.md`).
 *
 * @returns Undefined where the call would nest deeper or have more values than the bridge accepts. Event and operation
 *   may each be within the limits and their call not.
 */
export function quickOperationCall(event: Buffer, operation: Buffer): OneBotCall | undefined {
  const action = '.handle_quick_operation';
  const text = Buffer.concat([
    Buffer.from(`{"action":"${action}","params":{"context":`),
    event,
    Buffer.from(',"operation":'),
    operation,
    Buffer.from('}}'),
  ]);
  const frame = readCallFrame(text);
  return frame.kind === 'call' ? frame.call : undefined;
}

/**
 * Why the bridge itself answers a call (docs/errors.md): 1400 malformed, 1403 the server may not make the call or not
 * call the bot, 1404 no such bot, 1429 too many calls, 1503 the bot is away or has gone, 1504 no answer in time.
 */
export type BridgeRetcode = 1400 | 1403 | 1404 | 1429 | 1503 | 1504;

/** A failed answer in the bot's place. `wording` repeats `message` for go-cqhttp's clients, which show that. */
export function failedAnswer(retcode: BridgeRetcode, message: string, echo?: Buffer): Buffer {
  const text = JSON.stringify(message);
  const body = `{"status":"failed","retcode":${retcode},"data":null,"message":${text},"wording":${text}`;
  return echo === undefined
    ? Buffer.from(`${body}}`)
    : Buffer.concat([Buffer.from(`${body},"echo":`), echo, Buffer.from('}')]);
}
