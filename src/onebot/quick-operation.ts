import { KeyTable, scanObject } from './json-scan.ts';

/**
 * Quick operations: what an HTTP server may put into its answer to a report (OneBot 11, the end of
 * `event/message.md` and `event/request.md`).
 */

/** Members that do something; `remark`, `reason`, `at_sender`, ... only say how. */
const OPERATION_KEYS = new KeyTable(['reply', 'delete', 'kick', 'ban', 'approve']);

/**
 * The quick operation in the body of an HTTP answer.
 *
 * @returns The object's bytes, or undefined when the body asks for nothing: empty, not an object, or a plain
 *   acknowledgement such as `{}` or `{"status": "ok"}`.
 */
export function readQuickOperation(body: Buffer): Buffer | undefined {
  const scan = scanObject(body, OPERATION_KEYS);
  if (scan.kind === 'unsound') return undefined;
  const asks = OPERATION_KEYS.names.some((key) => scan.object.has(key));
  return asks ? scan.object.bytes : undefined;
}

/** Whether OneBot 11 knows quick operations for such an event. */
export function takesQuickOperation(postType: string): boolean {
  return postType === 'message' || postType === 'request';
}
