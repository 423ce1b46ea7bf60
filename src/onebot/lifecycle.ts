import type { OneBotEvent } from './bot-frame.ts';
import { readBotFrame } from './bot-frame.ts';

/**
 * A lifecycle event in the name of a bot: the first frame on a WebSocket link (`connect`), the first report to an
 * HTTP server (`enable`). OneBot 11, `event/meta.md`.
 *
 * @param nowMs Milliseconds since the epoch; the event carries seconds.
 */
export function lifecycleEvent(selfId: string, subType: 'connect' | 'enable', nowMs: number): OneBotEvent {
  const frame = readBotFrame(
    Buffer.from(
      `{"time":${Math.floor(nowMs / 1000)},"self_id":${selfIdLiteral(selfId)},"post_type":"meta_event",` +
        `"meta_event_type":"lifecycle","sub_type":"${subType}"}`,
    ),
    selfId,
  );
  if (frame.kind !== 'event') throw new TypeError(`no lifecycle event can be made for self_id ${selfId}`);
  return frame.event;
}

/** A number where the id is one (frameworks expect it), else text. */
function selfIdLiteral(selfId: string): string {
  return /^-?(0|[1-9]\d*)$/.test(selfId) ? selfId : JSON.stringify(selfId);
}
