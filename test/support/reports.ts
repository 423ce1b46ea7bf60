import assert from 'node:assert/strict';
import type { Daemon } from './daemon.ts';
import { groupMessage } from './events.ts';

export interface SafeReports {
  /** Default 10001. */
  readonly selfId?: string;
  /**
   * What to report. Default group messages; the answer to one waits up to 4 s for the quick operation of a server that
   * has not answered its POST, that to a notice does not.
   */
  readonly make?: (options: { readonly selfId: string }) => string;
}

/** Reports that many events by HTTP, one after the other, and sees each answered 204; returns them in order. */
export async function reportSafely(
  daemon: Daemon,
  count: number,
  options: SafeReports = {},
): Promise<readonly string[]> {
  const { selfId = '10001', make = groupMessage } = options;
  const events: string[] = [];
  for (let n = 0; n < count; n += 1) {
    const event = make({ selfId });
    const { status, body } = await daemon.report(event, { selfId });
    assert.equal(status, 204, body);
    events.push(event);
  }
  return events;
}

/** Whether the text is an event that waits for servers: no meta event, answer or call. */
export function isEvent(text: string): boolean {
  return text.includes('"post_type"') && !text.includes('"meta_event"');
}
