import type { ActionName } from './action-name.ts';
import type { OneBotCall } from './call-frame.ts';
import { KeyTable, scanObject } from './json-scan.ts';
import { decodeString, QUOTE } from './json-text.ts';
import { quickOperationOf, replyTarget } from './quick-operation.ts';

/** What a sending call counts against. */
export interface SendTarget {
  /** Decimal text; absent for private messages and what names no group. */
  readonly groupId?: string;
}

const PARAMS_KEYS = new KeyTable(['message_type', 'group_id']);

/** The target of a `send_*` call or of the reply in a quick operation; undefined when the call sends nothing. */
export function sendTarget(call: OneBotCall, { plain }: ActionName): SendTarget | undefined {
  if (plain === 'handle_quick_operation') {
    const quick = quickOperationOf(call);
    const reply = quick === undefined ? undefined : replyTarget(quick);
    return reply === undefined ? undefined : targetOf(reply.groupId);
  }
  if (!plain.startsWith('send_')) return undefined;
  const params = call.frame.raw('params');
  const scan = params === undefined || plain.includes('private') ? undefined : scanObject(params, PARAMS_KEYS);
  if (scan?.kind !== 'object' || scan.object.text('message_type') === 'private') return {};
  return targetOf(scan.object.raw('group_id'));
}

/** `123`, `"123"`, `0123` and `1.23e2` are one group. */
function targetOf(raw: Buffer | undefined): SendTarget {
  if (raw === undefined || raw.length > MAX_ID_BYTES) return {};
  const text = (raw[0] === QUOTE ? decodeString(raw) : raw.toString()).trim();
  if (/^\d+$/.test(text)) return { groupId: text.replace(/^0+(?=\d)/, '') };
  const value = Number(text);
  return Number.isSafeInteger(value) && text !== '' ? { groupId: String(value) } : {};
}

const MAX_ID_BYTES = 64;
