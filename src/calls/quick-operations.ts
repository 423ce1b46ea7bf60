import type { ServerConfig } from '../config/types.ts';
import { type OneBotEvent, readBotFrame } from '../onebot/bot-frame.ts';
import { type OneBotCall, quickOperationCall } from '../onebot/call-frame.ts';
import { parseQuickOperation, plainCalls, takesQuickOperation } from '../onebot/quick-operation.ts';
import type { Logger } from '../support/logger.ts';
import type { CallDesk } from './call-desk.ts';
import { ActionPolicy } from './policy.ts';
import type { BotDirectory, CallSession } from './types.ts';

/** What has to be known of a server that gives quick operations. */
export type OperatingServer = Pick<ServerConfig, 'name' | 'actions' | 'bots' | 'callTimeoutMs'>;

/**
 * What HTTP servers answer to reports, carried out as far as their `actions` allow.
 *
 * A bot whose session takes calls gets each as `.handle_quick_operation`, or as the plain calls that it stands for where
 * the bot knows no such action. A bot that only reports by HTTP gets the first in the answer to its report, which
 * waits for it: only for events that OneBot 11 knows quick operations for, only while a POST of this very event is
 * under way, and no longer than {@link REPLY_WAIT_MS}.
 */
export class QuickOperations {
  readonly #bots: BotDirectory;
  readonly #desk: CallDesk;
  readonly #logger: Logger;
  readonly #reporters = new Map<OneBotEvent, WaitingReporter>();
  /** Sessions of bots that answered `.handle_quick_operation` with 1404. */
  readonly #withoutOperations = new WeakSet<CallSession>();

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
  posted(server: OperatingServer, event: OneBotEvent, operation: Buffer | undefined): void {
    const reporter = this.#reporters.get(event);
    const isAsked = operation !== undefined && takesQuickOperation(event.postType);
    if (!isAsked || this.#isDenied(server, event, operation)) reporter?.end();
    else if (this.#bots.callSession(event.selfId) !== undefined) {
      this.#call({ server, event, operation });
      reporter?.end();
    } else if (reporter?.offer(operation) === true) {
      // The operation goes into the answer to the bot's report.
    } else if (this.#bots.maySoonTakeCalls(event.selfId)) {
      this.#call({ server, event, operation });
    } else {
      this.#logger.warn('a quick operation is lost: the bot no longer waits and takes no calls', {
        server: server.name,
        bot: event.selfId,
      });
    }
  }

  #isDenied({ name, actions }: OperatingServer, event: OneBotEvent, operation: Buffer): boolean {
    if (actions === undefined) return false;
    const reason = ActionPolicy.of(actions).operationDenial(parseQuickOperation(event.bytes, operation));
    if (reason === undefined) return false;
    this.#logger.warn('a quick operation is denied', { server: name, bot: event.selfId, retcode: 1403, reason });
    return true;
  }

  #call(asked: AskedOperation): void {
    const session = this.#bots.callSession(asked.event.selfId);
    if (session !== undefined && this.#withoutOperations.has(session)) {
      this.#callPlainly(asked);
      return;
    }
    const call = quickOperationCall(asked.event.bytes, asked.operation);
    if (call === undefined) {
      const { server, event } = asked;
      this.#logger.warn('a quick operation is lost: with its event it is too large a call', {
        server: server.name,
        bot: event.selfId,
      });
      return;
    }
    this.#submit(asked, call, (retcode) => {
      if (!UNKNOWN_ACTION.has(retcode)) return false;
      // Without a session at first, the call waited for one. The session that is there now has answered it.
      const answering = session ?? this.#bots.callSession(asked.event.selfId);
      if (answering === undefined) return false;
      this.#withoutOperations.add(answering);
      this.#callPlainly(asked);
      return true;
    });
  }

  #callPlainly(asked: AskedOperation): void {
    const quick = parseQuickOperation(asked.event.bytes, asked.operation);
    const calls = quick === undefined ? [] : plainCalls(quick);
    for (const call of calls) this.#submit(asked, call, () => false);
    if (calls.length > 0) return;
    const { server, event } = asked;
    this.#logger.warn('a quick operation stands for no action', { server: server.name, bot: event.selfId });
  }

  /** @param mend Is told the retcode of a failure; true when it has found another way. */
  #submit({ server, event }: AskedOperation, call: OneBotCall, mend: (retcode: string) => boolean): void {
    const { name, actions, bots, callTimeoutMs } = server;
    const reply = (frame: Buffer): void => {
      const answer = readBotFrame(frame);
      if (answer.kind !== 'answer' || answer.answer.frame.text('status') !== 'failed') return;
      const retcode = answer.answer.frame.numeral('retcode') ?? '';
      if (mend(retcode)) return;
      this.#logger.warn('a quick operation failed', { server: name, bot: event.selfId, action: call.action, retcode });
    };
    this.#desk.submit({ server: name, timeoutMs: callTimeoutMs, bots, actions, reply }, event.selfId, call);
  }
}

interface AskedOperation {
  readonly server: OperatingServer;
  readonly event: OneBotEvent;
  readonly operation: Buffer;
}

/** OneBot 11, `communication/ws.md`, says 1404; Lagrange.OneBot and go-cqhttp answer an unknown action with 404. */
const UNKNOWN_ACTION: ReadonlySet<string> = new Set(['1404', '404']);

/** go-cqhttp reports again after 5 s without an answer. */
const REPLY_WAIT_MS = 4_000;

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
