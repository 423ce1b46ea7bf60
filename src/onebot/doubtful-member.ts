import { readActionName } from './action-name.ts';
import type { OneBotCall } from './call-frame.ts';
import { memberNames } from './json-walk.ts';
import { CONTEXT_NAMES, OPERATION_NAMES, type QuickOperation, quickOperationOf } from './quick-operation.ts';

/**
 * Finds members of a call that two programs could read differently. The bridge's policy may allow the one spelling
 * while the bot acts on the other: some JSON decoders (Go's, C#'s) also read `Action` as `action`, and use the last
 * one.
 *
 * Only for servers with a policy. Calls of other servers go to their bot unchanged.
 */

const CALL_NAMES: ReadonlySet<string> = new Set(['action', 'params', 'echo', 'self_id']);
const PARAMS_NAMES: ReadonlySet<string> = new Set(['self_id', 'message_type', 'group_id', 'user_id']);
const QUICK_PARAMS_NAMES: ReadonlySet<string> = new Set([...PARAMS_NAMES, 'context', 'operation']);

/** The first member that a policy reads and that the call has twice, in another case or with escapes. */
export function doubtfulMember(call: OneBotCall): string | undefined {
  const { frame, action } = call;
  const isQuick = readActionName(action).plain === 'handle_quick_operation';
  const params = frame.raw('params');
  const inFrame = doubtfulIn(frame.bytes, CALL_NAMES);
  if (inFrame !== undefined || params === undefined) return inFrame;
  const inParams = doubtfulIn(params, isQuick ? QUICK_PARAMS_NAMES : PARAMS_NAMES);
  const quick = isQuick && inParams === undefined ? quickOperationOf(call) : undefined;
  return quick === undefined ? inParams : doubtfulInOperation(quick);
}

/** Like {@link doubtfulMember}, for a quick operation of an HTTP server and its event. */
export function doubtfulInOperation({ context, operation }: QuickOperation): string | undefined {
  return doubtfulIn(operation.bytes, OPERATION_NAMES) ?? doubtfulIn(context.bytes, CONTEXT_NAMES);
}

function doubtfulIn(json: Buffer, names: ReadonlySet<string>): string | undefined {
  const seen = new Set<string>();
  for (const { name, isEscaped } of memberNames(json)) {
    const plain = folded(name);
    if (!names.has(plain)) continue;
    if (isEscaped || name !== plain || seen.has(plain)) return plain;
    seen.add(plain);
  }
  return undefined;
}

/**
 * In lower case. Upper case comes first, because it also makes ASCII letters of the long s, the Kelvin sign and the i
 * without its dot: some decoders read them as ASCII letters.
 */
function folded(name: string): string {
  return name.length > MAX_NAME ? name : name.toUpperCase().toLowerCase().replaceAll('\u0307', '');
}

/** More characters than any name that a policy reads. */
const MAX_NAME = 64;
