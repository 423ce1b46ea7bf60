import { readActionName } from './action-name.ts';
import type { OneBotCall } from './call-frame.ts';
import { memberNames } from './json-walk.ts';
import { CONTEXT_NAMES, OPERATION_NAMES, type QuickOperation, quickOperationOf } from './quick-operation.ts';

/**
 * Members of a call that two programs could read differently. A policy that reads one spelling is passed by another: some
 * JSON decoders (Go's, C#'s) take `Action` for `action` too, and the last match counts.
 *
 * Only to be asked where a policy holds: elsewhere a call goes to its bot as it was written.
 */

const CALL_NAMES: ReadonlySet<string> = new Set(['action', 'params', 'echo', 'self_id']);
const PARAMS_NAMES: ReadonlySet<string> = new Set(['self_id', 'message_type', 'group_id', 'user_id']);
const QUICK_PARAMS_NAMES: ReadonlySet<string> = new Set([...PARAMS_NAMES, 'context', 'operation']);

/** The first member that a policy reads and that stands in the call twice, in another casing or with escapes. */
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

/** The same of a quick operation that an HTTP server gave, and of its event. */
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

/** In small letters, also what becomes an ASCII letter only on its way: the long s, the Kelvin sign, i with and without its dot. */
function folded(name: string): string {
  return name.length > MAX_NAME ? name : name.toUpperCase().toLowerCase().replaceAll('\u0307', '');
}

/** Longer than any name that is looked for. */
const MAX_NAME = 64;
