import type { ServerConfig } from '../../config/types.ts';
import type { OneBotEvent } from '../../onebot/bot-frame.ts';
import { EventTag } from '../../onebot/event-tag.ts';
import { inFormat, type Unconverted } from '../../onebot/message-form.ts';
import type { Logger } from '../../support/logger.ts';

/** The form in which one server gets its events: messages in its `message_format`, and its tag at the end. */
export class EventForm {
  /** The end of each event with the server's tag. It follows the {@link body}. Empty without a tag. */
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

  /**
   * The bytes of an event that all servers with this format share. Together with the {@link suffix} they are the whole
   * event.
   */
  body(event: OneBotEvent): Buffer {
    const formed = this.#formed(event);
    return this.#tag === undefined ? formed.bytes : formed.taggable;
  }

  /** The whole event as the server gets it. */
  payload(event: OneBotEvent): Buffer {
    const formed = this.#formed(event);
    return this.#tag === undefined ? formed.bytes : this.#tag.apply(formed);
  }

  /** The size of the frame with this event. */
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
