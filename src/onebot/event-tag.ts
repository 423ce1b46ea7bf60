import type { OneBotEvent } from './bot-frame.ts';

/**
 * The `server` member that tells an application under which name the bridge knows it, as QQBridge.py put it into
 * each event. It is spliced in as the last member, so that all other bytes stay as they came.
 */
export class EventTag {
  /** What follows `taggable` in a tagged event. */
  readonly suffix: Buffer;

  constructor(server: string) {
    this.suffix = Buffer.from(`,"server":${JSON.stringify(server)}}`);
  }

  /** The event's bytes with the tag. */
  apply(event: OneBotEvent): Buffer {
    return Buffer.concat([event.taggable, this.suffix]);
  }
}
