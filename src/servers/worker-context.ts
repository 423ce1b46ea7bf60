import type { ServerConfig } from '../config/types.ts';
import type { DeadLetters, LogCursor } from '../log/types.ts';
import type { Logger } from '../support/logger.ts';
import type { OnDelivered } from './delivery/deliveries.ts';
import type { CallTaker, LinkFacts, QuickOperationTaker } from './types.ts';
import type { FlushRounds } from './websocket/flush-rounds.ts';

/** What a worker needs besides its config. */
export interface WorkerContext {
  /** Where a server's events of one bot wait. */
  readonly cursor: (server: ServerConfig, selfId: string) => LogCursor;
  /** Whether the events of this bot are held back until the bot can take replies. */
  readonly isHeld: (selfId: string) => boolean;
  readonly calls: CallTaker;
  readonly quickOperations: QuickOperationTaker;
  readonly deadLetters: DeadLetters;
  readonly onDelivered: OnDelivered;
  /** Makes the object that takes up the facts of a link. */
  readonly facts: () => LinkFacts;
  /** When WebSocket links send. */
  readonly rounds: FlushRounds;
  /** How long a connection of an application that dialled in has to be up before waiting events are sent to it. */
  readonly settleMs: number;
  readonly logger: Logger;
  /** Masks credentials in a text, as the log does. */
  readonly mask: (text: string) => string;
  /** `QQBridge/1.0.0`, sent to every server. */
  readonly userAgent: string;
  /** Largest frame taken of a server; a connection has what it is when it is opened. */
  readonly maxPayloadBytes: () => number;
}
