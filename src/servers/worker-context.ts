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
  /** Whether the events of that bot are held back, until it can take the replies. */
  readonly isHeld: (selfId: string) => boolean;
  readonly calls: CallTaker;
  readonly quickOperations: QuickOperationTaker;
  readonly deadLetters: DeadLetters;
  readonly onDelivered: OnDelivered;
  /** Makes what a link tells its facts to. */
  readonly facts: () => LinkFacts;
  /** When WebSocket links send. */
  readonly rounds: FlushRounds;
  /** How long a connection has to be up before what waits is sent to an application that dialled in. */
  readonly settleMs: number;
  readonly logger: Logger;
  /** Takes credentials out of a text, as the log does. */
  readonly mask: (text: string) => string;
  /** `QQBridge/1.0.0`, sent to every server. */
  readonly userAgent: string;
  /** Largest frame taken of a server; a connection has what it is when it is opened. */
  readonly maxPayloadBytes: () => number;
}
