import type { ServerConfig } from '../../config/types.ts';
import type { DeadLetters, LogCursor, LogEntry } from '../../log/types.ts';
import type { OneBotEvent } from '../../onebot/bot-frame.ts';
import { eventName } from '../../onebot/event-name.ts';
import { steadyNow } from '../../support/clock.ts';
import type { Logger } from '../../support/logger.ts';
import { text, type Words } from '../../support/text.ts';
import type { Loss } from './break-watch.ts';
import { DeliveryCounter } from './delivery-counter.ts';
import { EventForm } from './event-form.ts';
import { FrameLimit } from './frame-limit.ts';
import type { OtherFrame } from './largest-frame.ts';

/** Called for each event that a server has got. `form` tells which bytes it got. */
export type OnDelivered = (server: string, event: OneBotEvent, form: EventForm) => void;

export interface DeliveriesOptions {
  readonly config: ServerConfig;
  readonly deadLetters: DeadLetters;
  readonly onDelivered: OnDelivered;
  readonly logger: Logger;
}

/** Why an event becomes a dead letter. */
export interface Death {
  /** For the log, and for the command `dead`. */
  readonly reason: Words;
  /** Status of the answer, if there was one. */
  readonly status?: number;
  /** The beginning of the answer's body, with credentials masked. */
  readonly answer?: string;
  /** Further fields of the log line. */
  readonly fields?: Readonly<Record<string, unknown>>;
}

/**
 * The attempts to deliver events to one server. Every worker, of any protocol, reports the outcome of each attempt
 * here. This class counts the attempts, logs each at debug level, and makes dead letters. The worker decides whether an
 * event is sent again.
 */
export class Deliveries {
  #form: EventForm;
  readonly counter = new DeliveryCounter();
  readonly limit = new FrameLimit();
  readonly #options: DeliveriesOptions;
  /** Failed attempts of each event. Events without a failure are not in it. */
  readonly #failed = new WeakMap<LogEntry, number>();
  /** When each attempt under way began. Only filled at debug level. */
  readonly #startedAt = new WeakMap<LogEntry, number>();

  constructor(options: DeliveriesOptions) {
    this.#options = options;
    this.#form = new EventForm(options.config, options.logger);
  }

  /** The form in which the server gets its events. */
  get form(): EventForm {
    return this.#form;
  }

  /** Takes up a changed config of the same server. */
  configure(config: ServerConfig): void {
    this.#form = new EventForm(config, this.#options.logger);
  }

  /**
   * An attempt begins.
   *
   * @returns The bytes that all servers with this form share, see {@link EventForm.body}. Undefined when they could not
   *   be made: the event is then a dead letter.
   */
  body(cursor: LogCursor, entry: LogEntry): Buffer | undefined {
    this.#begin(entry);
    try {
      return this.form.body(entry.event);
    } catch (error) {
      this.failed(cursor, entry, error);
      return undefined;
    }
  }

  /** Like {@link body}, but returns the whole payload. */
  payload(cursor: LogCursor, entry: LogEntry): Buffer | undefined {
    this.#begin(entry);
    try {
      return this.form.payload(entry.event);
    } catch (error) {
      this.failed(cursor, entry, error);
      return undefined;
    }
  }

  /**
   * The server has shown that it has taken the event. {@link delivered} is called next. For a server that never
   * confirms, only {@link delivered} is called.
   */
  confirmed(entry: LogEntry): void {
    this.limit.took(entry, this.form);
  }

  /** @param nowMs `steadyNow()`. */
  delivered(cursor: LogCursor, entry: LogEntry, nowMs: number): void {
    const { config, onDelivered, logger } = this.#options;
    this.counter.delivered(entry, nowMs);
    if (logger.debugEnabled) this.#tell(entry, 'delivered');
    onDelivered(config.name, entry.event, this.form);
    cursor.acknowledge(entry);
  }

  /** The server may have taken the event. The event is not sent again. */
  unanswered(cursor: LogCursor, entry: LogEntry, reason: Words): void {
    this.counter.unanswered += 1;
    const { logger } = this.#options;
    logger.warn('an event may not have been taken; it is not sent again', {
      bot: entry.event.selfId,
      sequence: entry.sequence,
      reason,
    });
    if (logger.debugEnabled) this.#tell(entry, 'unanswered', { reason });
    cursor.acknowledge(entry);
  }

  /** The attempt has failed and there will be another. The caller gives the event back. */
  retried(entry: LogEntry, reason: Words): void {
    this.counter.retried += 1;
    this.unconfirmed(entry, reason);
  }

  /** The connection broke before the server confirmed the event. */
  unconfirmed(entry: LogEntry, reason: Words): void {
    if (this.#options.logger.debugEnabled) this.#tell(entry, 'retry', { reason });
    this.#failed.set(entry, (this.#failed.get(entry) ?? 0) + 1);
  }

  /**
   * The bridge itself failed with this event. The event becomes a dead letter, so that it does not hold up the others.
   */
  failed(cursor: LogCursor, entry: LogEntry, error: unknown): void {
    this.bury(cursor, entry, {
      reason: text`an error of the bridge`,
      fields: { error, ...(error instanceof Error ? { stack: error.stack } : {}) },
    });
  }

  /**
   * Whether a frame of this size may be sent. If not, the event becomes a dead letter: the server would close the link,
   * and the events after it would wait.
   */
  mayFrame(cursor: LogCursor, entry: LogEntry, frameBytes: number): boolean {
    if (!this.limit.refuses(frameBytes)) return true;
    this.bury(cursor, entry, {
      reason: text`${frameBytes} bytes are more than the server takes`,
      fields: { limit: this.limit.refusedBytes },
    });
    return false;
  }

  /** The server has closed the link with 1009 because of this event. */
  tooLarge(cursor: LogCursor, entry: LogEntry, frameBytes: number): void {
    this.bury(cursor, entry, tooLargeDeath(frameBytes));
    this.#learn(frameBytes);
  }

  /** The server has closed the link with 1009 because of a frame that is not an event under way. */
  otherTooLarge({ bytes, event, action }: OtherFrame): void {
    const { logger } = this.#options;
    if (event !== undefined) this.buryDelivered(event, tooLargeDeath(bytes));
    else if (action !== undefined) {
      logger.error('an answer is lost: it is larger than the server takes', { action, bytes, code: TOO_LARGE });
    }
    this.#learn(bytes);
  }

  /** The event breaks the link each time. */
  breaksLink(cursor: LogCursor, entry: LogEntry, { code, reason }: Loss): void {
    const words = text`the link breaks with it (${reason === '' ? code : `${code} ${reason}`})`;
    this.bury(cursor, entry, { reason: words, fields: { code } });
  }

  #learn(bytes: number): void {
    if (!this.limit.refused(bytes)) return;
    const { logger } = this.#options;
    logger.warn('a server takes no frames that large: larger events become dead letters without a try', { bytes });
  }

  /** Makes the event a dead letter. */
  bury(cursor: LogCursor, entry: LogEntry, death: Death): void {
    if (this.#options.logger.debugEnabled) this.#tell(entry, 'dead', { reason: death.reason });
    this.buryDelivered(entry, death);
    cursor.acknowledge(entry);
  }

  /** Makes a dead letter of an event that counted as delivered but was not taken. */
  buryDelivered(
    { event, sequence, byteLength }: Pick<LogEntry, 'event' | 'sequence' | 'byteLength'>,
    { reason, status, answer, fields }: Death,
  ): void {
    const { config, deadLetters, logger } = this.#options;
    this.counter.dead += 1;
    const what = { bot: event.selfId, sequence, event: eventName(event.bytes), bytes: byteLength };
    const said = answer === undefined ? {} : { answer };
    logger.error('an event is a dead letter', { ...what, reason, ...said, ...fields });
    try {
      deadLetters.add({
        server: config.name,
        event,
        reason: String(reason),
        ...(status === undefined ? {} : { status }),
        ...said,
      });
    } catch (error) {
      logger.error('a dead letter could not be kept', { ...what, error });
    }
  }

  #begin(entry: LogEntry): void {
    if (this.#options.logger.debugEnabled) this.#startedAt.set(entry, steadyNow());
  }

  #tell(entry: LogEntry, outcome: Outcome, fields: Readonly<Record<string, unknown>> = {}): void {
    const startedAt = this.#startedAt.get(entry);
    this.#options.logger.debug('an attempt to deliver an event', {
      bot: entry.event.selfId,
      sequence: entry.sequence,
      attempt: (this.#failed.get(entry) ?? 0) + 1,
      outcome,
      ...(startedAt === undefined ? {} : { ms: Math.round(steadyNow() - startedAt) }),
      ...fields,
    });
  }
}

/** The part of a server's status that tells the frame limit. */
export function frameLimitOf({ limit: { refusedBytes } }: Deliveries): { readonly frameLimitBytes?: number } {
  return refusedBytes === undefined ? {} : { frameLimitBytes: refusedBytes };
}

function tooLargeDeath(bytes: number): Death {
  return { reason: text`${bytes} bytes are more than the server takes (${TOO_LARGE})`, fields: { code: TOO_LARGE } };
}

/** A peer closes with this code when a frame is larger than it takes (RFC 6455, section 7.4.1). */
export const TOO_LARGE = 1009;

type Outcome = 'delivered' | 'retry' | 'unanswered' | 'dead';
