import type { HttpServerConfig } from '../../config/types.ts';
import type { OneBotEvent } from '../../onebot/bot-frame.ts';
import { type AnswerBody, readQuickOperation } from '../../onebot/quick-operation.ts';
import type { Logger } from '../../support/logger.ts';
import type { QuickOperationTaker } from '../types.ts';
import { isSuccess, type Outcome } from './outcome.ts';

export interface AnsweredOperationsOptions {
  /** The server's config now, which a reload may change. */
  readonly config: () => HttpServerConfig;
  readonly quickOperations: QuickOperationTaker;
  readonly logger: Logger;
}

/** Passes on the quick operations that a server puts into its answers (OneBot 11, `api/hidden.md`). */
export class AnsweredOperations {
  readonly #options: AnsweredOperationsOptions;
  #hasUnreadableAnswers = false;

  constructor(options: AnsweredOperationsOptions) {
    this.#options = options;
  }

  /**
   * A POST of this event has ended with this outcome. An operation that can't be carried out does not change the
   * event's outcome.
   */
  posted(event: OneBotEvent, outcome: Outcome): void {
    const { config, quickOperations, logger } = this.#options;
    try {
      quickOperations.posted(config(), event, this.#operationIn(outcome, event));
    } catch (error) {
      logger.error('a quick operation is lost because of an error of the bridge', { bot: event.selfId, error });
    }
  }

  /**
   * The quick operation in an answer, if it has one. Logs an answer that is neither an operation nor a plain
   * acknowledgement.
   */
  #operationIn(outcome: Outcome, { selfId }: OneBotEvent): Buffer | undefined {
    if (outcome.kind !== 'answered' || !isSuccess(outcome.status)) return undefined;
    const answer: AnswerBody =
      outcome.cut === undefined ? readQuickOperation(outcome.body) : { kind: 'unreadable', reason: outcome.cut };
    if (answer.kind === 'operation') return answer.bytes;
    if (answer.kind === 'unreadable') {
      const fields = { bot: selfId, status: outcome.status, reason: answer.reason };
      const { logger } = this.#options;
      // `warn` only the first time: a server that answers `ok` does so for every event.
      if (this.#hasUnreadableAnswers) logger.debug('an answer of a server is no quick operation', fields);
      else logger.warn('an answer of a server is no quick operation; the event counts as delivered', fields);
      this.#hasUnreadableAnswers = true;
    }
    return undefined;
  }
}
