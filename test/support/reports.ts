import assert from 'node:assert/strict';
import type { Daemon } from './daemon.ts';
import { groupMessage } from './events.ts';

/** Reports that many events by HTTP, one after the other, and sees each answered 204; returns them in order. */
export async function reportSafely(daemon: Daemon, count: number, selfId = '10001'): Promise<readonly string[]> {
  const events: string[] = [];
  for (let n = 0; n < count; n += 1) {
    const event = groupMessage({ selfId });
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
