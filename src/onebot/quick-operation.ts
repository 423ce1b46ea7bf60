import type { Words } from '../support/text.ts';
import { type OneBotCall, readCallFrame } from './call-frame.ts';
import { KeyTable, type ScannedObject, scanObject } from './json-scan.ts';

/**
 * Quick operations: what an HTTP server may put into its answer to a report (OneBot 11, the end of
 * `event/message.md` and `event/request.md`), and the plain actions that they stand for.
 */

/** Members that do something; `remark`, `reason`, `at_sender`, ... only say how. */
const DEEDS = ['reply', 'delete', 'kick', 'ban', 'approve'] as const;
const OPERATION_KEYS = new KeyTable([...DEEDS, 'auto_escape', 'at_sender', 'ban_duration', 'remark', 'reason']);
const CONTEXT_KEYS = new KeyTable([
  'post_type',
  'message_type',
  'request_type',
  'sub_type',
  'message_id',
  'group_id',
  'user_id',
  'anonymous',
  'flag',
]);
const PARAMS_KEYS = new KeyTable(['context', 'operation']);
const ANONYMOUS_KEYS = new KeyTable(['flag']);

/** The members of an operation that decide whether it is allowed. */
export const OPERATION_NAMES: ReadonlySet<string> = new Set(OPERATION_KEYS.names);
export const CONTEXT_NAMES: ReadonlySet<string> = new Set(CONTEXT_KEYS.names);

type Operation = ScannedObject<(typeof OPERATION_KEYS.names)[number]>;
type Context = ScannedObject<(typeof CONTEXT_KEYS.names)[number]>;

/** What the body of an HTTP answer asks the bridge to do. */
export type AnswerBody =
  | { readonly kind: 'operation' /** The object's. */; readonly bytes: Buffer }
  /** The body is empty, or only says that the event arrived, such as `{}` or `{"status": "ok"}`. */
  | { readonly kind: 'nothing' }
  | { readonly kind: 'unreadable'; readonly reason: Words };

const NOTHING: AnswerBody = { kind: 'nothing' };

export function readQuickOperation(body: Buffer): AnswerBody {
  if (body.length === 0) return NOTHING;
  const scan = scanObject(body, OPERATION_KEYS);
  if (scan.kind === 'unsound') {
    return isBlank(body) ? NOTHING : { kind: 'unreadable', reason: scan.reason };
  }
  const asks = DEEDS.some((key) => scan.object.has(key));
  return asks ? { kind: 'operation', bytes: scan.object.bytes } : NOTHING;
}

/** Some web frameworks end an empty answer with a line break. */
function isBlank(body: Buffer): boolean {
  return body.length <= MAX_BLANK_BYTES && body.toString('latin1').trim() === '';
}

const MAX_BLANK_BYTES = 64;

/** Whether OneBot 11 knows quick operations for such an event. */
export function takesQuickOperation(postType: string): boolean {
  return postType === 'message' || postType === 'request';
}

/** An operation and the event that it is for. */
export interface QuickOperation {
  readonly context: Context;
  readonly operation: Operation;
}

/** @returns Undefined where one of the two is no sound JSON object, or could be read in two ways. */
export function parseQuickOperation(contextText: Buffer, operationText: Buffer): QuickOperation | undefined {
  const context = scanObject(contextText, CONTEXT_KEYS);
  const operation = scanObject(operationText, OPERATION_KEYS);
  if (context.kind === 'unsound' || operation.kind === 'unsound') return undefined;
  const isClear =
    !CONTEXT_KEYS.names.some((key) => context.object.isAmbiguous(key)) &&
    !OPERATION_KEYS.names.some((key) => operation.object.isAmbiguous(key));
  return isClear ? { context: context.object, operation: operation.object } : undefined;
}

/** Policy and rate limit ask both, and a hostile call takes long to read. */
const operationsOf = new WeakMap<OneBotCall, { readonly quick: QuickOperation | undefined }>();

/** The same from a call of `.handle_quick_operation` (OneBot 11, `api/hidden.md`). */
export function quickOperationOf(call: OneBotCall): QuickOperation | undefined {
  const known = operationsOf.get(call) ?? { quick: readOperation(call) };
  operationsOf.set(call, known);
  return known.quick;
}

function readOperation({ frame }: OneBotCall): QuickOperation | undefined {
  const text = frame.isAmbiguous('params') ? undefined : frame.raw('params');
  const params = text === undefined ? undefined : scanObject(text, PARAMS_KEYS);
  if (params?.kind !== 'object' || PARAMS_KEYS.names.some((key) => params.object.isAmbiguous(key))) return undefined;
  const [context, operation] = [params.object.raw('context'), params.object.raw('operation')];
  return context === undefined || operation === undefined ? undefined : parseQuickOperation(context, operation);
}

/**
 * What an operation needs to be allowed. Of each list none may be denied and one must be allowed.
 *
 * The caller of `.handle_quick_operation` writes the context too, and implementations differ in which of its members
 * they look at: where a kind is in doubt, all that the operation may come to is needed.
 */
export function neededActions({ context, operation }: QuickOperation): readonly (readonly string[])[] {
  const asks = (key: (typeof DEEDS)[number]): boolean => !isUnset(operation.raw(key));
  const needs: string[][] = [];
  const messageType = context.text('message_type');
  const requestType = context.text('request_type');
  if (asks('reply') && messageType !== 'private') needs.push(['send_msg', 'send_group_msg']);
  if (asks('reply') && messageType !== 'group') needs.push(['send_msg', 'send_private_msg']);
  if (asks('delete')) needs.push(['delete_msg']);
  if (asks('kick')) needs.push(['set_group_kick']);
  if (asks('ban')) needs.push(['set_group_ban']);
  if (asks('ban') && isAnonymous(context)) needs.push(['set_group_anonymous_ban']);
  // `approve: false` is a deed as well.
  if (operation.has('approve') && requestType !== 'group') needs.push(['set_friend_add_request']);
  if (operation.has('approve') && requestType !== 'friend') needs.push(['set_group_add_request']);
  return needs;
}

/** Whether a reply is asked for, and of which group; private ones have none. */
export function replyTarget({ context, operation }: QuickOperation): { groupId: Buffer | undefined } | undefined {
  if (isUnset(operation.raw('reply'))) return undefined;
  return { groupId: context.text('message_type') === 'private' ? undefined : context.raw('group_id') };
}

/**
 * The plain calls that do the same, for bots without `.handle_quick_operation` (Lagrange.OneBot, onebots). What the
 * event lacks the ids for is left out. Ids keep their bytes.
 */
export function plainCalls(quick: QuickOperation): readonly OneBotCall[] {
  const { context, operation } = quick;
  const postType = context.text('post_type');
  if (postType === 'message') return compactCalls([replyCall(quick), ...groupCalls(quick)]);
  if (postType !== 'request') return [];
  const approve = operation.raw('approve');
  if (approve === undefined || !(isTrue(approve) || String(approve) === 'false')) return [];
  const answer = { flag: context.raw('flag'), approve };
  if (context.text('request_type') === 'friend') {
    const remark = operation.raw('remark');
    return compactCalls([callOf('set_friend_add_request', { ...answer, ...(isUnset(remark) ? {} : { remark }) })]);
  }
  if (context.text('request_type') !== 'group') return [];
  const reason = operation.raw('reason');
  const params = { ...answer, sub_type: context.raw('sub_type'), ...(isUnset(reason) ? {} : { reason }) };
  return compactCalls([callOf('set_group_add_request', params)]);
}

function replyCall({ context, operation }: QuickOperation): OneBotCall | undefined {
  const reply = operation.raw('reply');
  if (reply === undefined || isUnset(reply) || isEmpty(reply)) return undefined;
  const isPlain = isTrue(operation.raw('auto_escape'));
  if (context.text('message_type') === 'group') {
    const message = atSender(context, operation) ? withAt(reply, context.raw('user_id'), isPlain) : reply;
    return sendCall('send_group_msg', { group_id: context.raw('group_id'), message }, isPlain && message === reply);
  }
  if (context.text('message_type') !== 'private') return undefined;
  return sendCall('send_private_msg', { user_id: context.raw('user_id'), message: reply }, isPlain);
}

function sendCall(action: string, params: Params, autoEscape: boolean): OneBotCall | undefined {
  return callOf(action, autoEscape ? { ...params, auto_escape: TRUE } : params);
}

/** What else OneBot 11 knows for group messages. A kick and an at have no meaning for anonymous senders. */
function groupCalls({ context, operation }: QuickOperation): (OneBotCall | undefined)[] {
  if (context.text('message_type') !== 'group') return [];
  const member = { group_id: context.raw('group_id'), user_id: context.raw('user_id') };
  const seconds = operation.raw('ban_duration');
  const duration = seconds === undefined || isUnset(seconds) ? DEFAULT_BAN_SECONDS : seconds;
  return [
    isTrue(operation.raw('delete')) ? callOf('delete_msg', { message_id: context.raw('message_id') }) : undefined,
    isTrue(operation.raw('kick')) && !isAnonymous(context)
      ? callOf('set_group_kick', { ...member, reject_add_request: FALSE })
      : undefined,
    isTrue(operation.raw('ban')) && !isAnonymous(context)
      ? callOf('set_group_ban', { ...member, duration })
      : undefined,
    isTrue(operation.raw('ban')) && isAnonymous(context)
      ? callOf('set_group_anonymous_ban', { group_id: member.group_id, flag: anonymousFlag(context), duration })
      : undefined,
  ];
}

/** By default the sender is mentioned at the head of a reply. */
function atSender(context: Context, operation: Operation): boolean {
  return String(operation.raw('at_sender')) !== 'false' && !isAnonymous(context);
}

/** The reply behind a mention of the sender and a blank: as a CQ code in CQ text, else as segments. */
function withAt(reply: Buffer, userId: Buffer | undefined, isPlain: boolean): Buffer {
  const id = String(userId ?? '').replaceAll('"', '');
  if (!/^[\w.:@+-]{1,64}$/.test(id)) return reply;
  const isText = reply[0] === 0x22;
  if (isText && !isPlain) return Buffer.concat([Buffer.from(`"[CQ:at,qq=${id}] `), reply.subarray(1)]);
  const lead = Buffer.from(`[{"type":"at","data":{"qq":"${id}"}},{"type":"text","data":{"text":" "}},`);
  if (isText) return Buffer.concat([lead, Buffer.from('{"type":"text","data":{"text":'), reply, Buffer.from('}}]')]);
  const isList = reply[0] === 0x5b;
  return isList ? Buffer.concat([lead, reply.subarray(1)]) : Buffer.concat([lead, reply, Buffer.from(']')]);
}

type Params = Readonly<Record<string, Buffer | undefined>>;

/**
 * The call with these params. Undefined when one of them is missing, or when the call would nest deeper or have more
 * values than the bridge accepts. Each param may be within the limits and their call not.
 */
function callOf(action: string, params: Params): OneBotCall | undefined {
  const pieces: Buffer[] = [];
  for (const [key, value] of Object.entries(params)) {
    if (value === undefined) return undefined;
    pieces.push(Buffer.from(`${pieces.length === 0 ? '' : ','}"${key}":`), value);
  }
  const head = Buffer.from(`{"action":"${action}","params":{`);
  const frame = readCallFrame(Buffer.concat([head, ...pieces, Buffer.from('}}')]));
  return frame.kind === 'call' ? frame.call : undefined;
}

function compactCalls(calls: readonly (OneBotCall | undefined)[]): OneBotCall[] {
  return calls.filter((call) => call !== undefined);
}

function anonymousFlag(context: Context): Buffer | undefined {
  const scan = scanObject(context.raw('anonymous') ?? Buffer.alloc(0), ANONYMOUS_KEYS);
  return scan.kind === 'object' ? scan.object.raw('flag') : undefined;
}

function isAnonymous(context: Context): boolean {
  return !isUnset(context.raw('anonymous'));
}

function isTrue(raw: Buffer | undefined): boolean {
  return String(raw) === 'true';
}

function isUnset(raw: Buffer | undefined): boolean {
  return raw === undefined || raw.equals(NULL) || raw.equals(FALSE);
}

/** `""` or `[]`. */
function isEmpty(raw: Buffer): boolean {
  return raw.length <= 2 || (raw[0] === 0x5b && raw.subarray(1, -1).toString().trim() === '');
}

const NULL = Buffer.from('null');
const TRUE = Buffer.from('true');
const FALSE = Buffer.from('false');
const DEFAULT_BAN_SECONDS = Buffer.from(String(30 * 60));
