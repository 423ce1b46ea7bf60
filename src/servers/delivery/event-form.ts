import type { ServerConfig } from '../../config/types.ts';
import type { OneBotEvent } from '../../onebot/bot-frame.ts';
import { EventTag } from '../../onebot/event-tag.ts';
import { inFormat, type Unconverted } from '../../onebot/message-form.ts';
import type { Logger } from '../../support/logger.ts';

/** How one server gets its events: messages in its `message_format`, and its tag behind. */
export class EventForm {
  /** What its tag puts behind {@link body}; empty where it has none. */
  readonly suffix: Buffer;
  readonly #tag: EventTag | undefined;
  readonly #format: ServerConfig['messageFormat'];
  readonly #logger: Logger;

  constructor({ name, tag, messageFormat }: FormConfig, logger: Logger) {
    this.#tag = tag ? new EventTag(name) : undefined;
    this.suffix = this.#tag?.suffix ?? NO_SUFFIX;
    this.#format = messageFormat;
    this.#logger = logger;
  }

  /** The part of an event that all servers with that format share; the {@link suffix} makes it whole. */
  body(event: OneBotEvent): Buffer {
    const formed = this.#formed(event);
    return this.#tag === undefined ? formed.bytes : formed.taggable;
  }

  /** The event as the server gets it. */
  payload(event: OneBotEvent): Buffer {
    const formed = this.#formed(event);
    return this.#tag === undefined ? formed.bytes : this.#tag.apply(formed);
  }

  /** How large the frame with that event is. */
  frameBytes(event: OneBotEvent): number {
    return this.body(event).length + this.suffix.length;
  }

  #formed(event: OneBotEvent): OneBotEvent {
    if (this.#format === 'keep') return event;
    return inFormat(event, this.#format, (why) => this.#warn(event, why));
  }

  #warn({ selfId, bytes }: OneBotEvent, why: Unconverted): void {
    this.#logger.warn('a message goes out in the form that it came in: it is too large to be converted', {
      bot: selfId,
      bytes: bytes.length,
      why,
    });
  }
}

export type FormConfig = Pick<ServerConfig, 'name' | 'tag' | 'messageFormat'>;

const NO_SUFFIX = Buffer.alloc(0);
