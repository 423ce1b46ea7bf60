import { type OneBotEvent, readBotFrame } from '../onebot/bot-frame.ts';
import { quickOperationCall } from '../onebot/call-frame.ts';
import { takesQuickOperation } from '../onebot/quick-operation.ts';
import type { Logger } from '../support/logger.ts';
import type { CallDesk } from './call-desk.ts';
import type { BotDirectory } from './types.ts';

/**
 * What HTTP servers answer to reports, carried out.
 *
 * A bot whose session takes calls gets each as `.handle_quick_operation`. A bot that only reports by HTTP gets the
 * first in the answer to its report, which waits for it: only for events that OneBot 11 knows quick operations
 * for, only while a POST of this very event is under way, and no longer than {@link REPLY_WAIT_MS}.
 */
export class QuickOperations {
  readonly #bots: BotDirectory;
  readonly #desk: CallDesk;
  readonly #logger: Logger;
  readonly #reporters = new Map<OneBotEvent, WaitingReporter>();

  constructor({ bots, desk, logger }: { bots: BotDirectory; desk: CallDesk; logger: Logger }) {
    this.#bots = bots;
    this.#desk = desk;
    this.#logger = logger;
  }

  /** Whether the answer to the report of that event may carry an operation. */
  mayAnswer(event: OneBotEvent): boolean {
    return takesQuickOperation(event.postType) && this.#bots.callSession(event.selfId) === undefined;
  }

  /**
   * Appends an event that came by HTTP report and {@link mayAnswer}, and waits for the quick operation that goes into the answer to it.
   *
   * @returns The operation's JSON, or undefined when none came in time.
   * @throws What `append` throws.
   */
  async during(event: OneBotEvent, append: () => Promise<void>): Promise<Buffer | undefined> {
    const reporter = new WaitingReporter();
    this.#reporters.set(event, reporter);
    try {
      await append();
      return await reporter.wait(REPLY_WAIT_MS);
    } finally {
      this.#reporters.delete(event);
    }
  }

  /** A POST of that event begins. */
  posting(event: OneBotEvent): void {
    this.#reporters.get(event)?.begin();
  }

  /** That POST is over; `operation` is what the server asked for, if anything. */
  posted(server: string, event: OneBotEvent, operation: Buffer | undefined): void {
    const reporter = this.#reporters.get(event);
    if (operation === undefined || !takesQuickOperation(event.postType)) reporter?.end();
    else if (this.#bots.callSession(event.selfId) !== undefined) {
      this.#call(server, event, operation);
      reporter?.end();
    } else if (reporter?.offer(operation) !== true) {
      this.#logger.warn('a quick operation is lost: the bot no longer waits and takes no calls', {
        server,
        bot: event.selfId,
      });
    }
  }

  #call(server: string, event: OneBotEvent, operation: Buffer): void {
    const reply = (frame: Buffer): void => {
      const answer = readBotFrame(frame);
      if (answer.kind !== 'answer' || answer.answer.frame.text('status') !== 'failed') return;
      const retcode = answer.answer.frame.numeral('retcode');
      this.#logger.warn('a quick operation failed', { server, bot: event.selfId, retcode });
    };
    this.#desk.submit(
      { server, timeoutMs: CALL_TIMEOUT_MS, reply },
      event.selfId,
      quickOperationCall(event.bytes, operation),
    );
  }
}

/** go-cqhttp reports again after 5 s without an answer. */
const REPLY_WAIT_MS = 4_000;
const CALL_TIMEOUT_MS = 55_000;

/** An HTTP report whose answer is held back while servers have its event. */
class WaitingReporter {
  #posts = 0;
  #operation: Buffer | undefined;
  #closed = false;
  #wake: (() => void) | undefined;

  begin(): void {
    this.#posts += 1;
  }

  end(): void {
    this.#posts -= 1;
    if (this.#posts === 0) this.#wake?.();
  }

  /** Whether the operation goes into the answer: only the first does. */
  offer(operation: Buffer): boolean {
    const taken = !this.#closed && this.#operation === undefined;
    if (taken) {
      this.#operation = operation;
      this.#wake?.();
    }
    this.end();
    return taken;
  }

  async wait(timeoutMs: number): Promise<Buffer | undefined> {
    if (this.#posts > 0 && this.#operation === undefined) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, timeoutMs);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
    this.#closed = true;
    return this.#operation;
  }
}
