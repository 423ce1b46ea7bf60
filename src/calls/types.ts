import type { ActionsConfig } from '../config/types.ts';
import type { HistogramSnapshot } from '../support/histogram.ts';

/** A bot's connection that takes calls; `bots/` provides it. */
export interface CallSession {
  readonly selfId: string;
  /** Sends one frame; false when it can't: closing, or what waits to be sent is past its bound. */
  send(frame: Buffer): boolean;
}

/** Who is there to be called; `bots/` provides it. */
export interface BotDirectory {
  /** The newest session of that bot that takes calls. */
  callSession(selfId: string): CallSession | undefined;
  /** Whether the bot has been seen, even if it takes no calls now. */
  knows(selfId: string): boolean;
  /** The ids of the bots that are there: one of them a call without `self_id` may mean. */
  online(): readonly string[];
  /** The ids of all that have been there. */
  known(): readonly string[];
}

/** Who calls: one link of a server. Answers go to it alone. */
export interface Caller {
  /** The server's name. */
  readonly server: string;
  /** How long a call may take; for stream actions from the last frame on. */
  readonly timeoutMs: number;
  /** The `self_id`s that it may call; absent: all. Others are answered 1403. */
  readonly bots?: readonly string[] | undefined;
  /** The calls that it may make; absent: all. Others are answered 1403. */
  readonly actions?: ActionsConfig | undefined;
  /** Takes an answer frame. Called once per call, for stream actions once per frame. */
  reply(frame: Buffer): void;
}

/**
 * How a call ended. `ok`, `failed`: as the bot said. By the bridge: `malformed` 1400, `denied` 1403, `no_bot` 1404, `limited`
 * 1429, `offline` 1503, `timed_out` 1504. `abandoned`: its caller was gone.
 */
export type CallOutcome =
  | 'ok'
  | 'failed'
  | 'malformed'
  | 'denied'
  | 'no_bot'
  | 'limited'
  | 'offline'
  | 'timed_out'
  | 'abandoned';

/** The calls of one server since the start, as the operator sees them. */
export interface CallStatus {
  /** Its name, or `anonymous`. */
  readonly server: string;
  readonly outcomes: Readonly<Partial<Record<CallOutcome, number>>>;
  readonly seconds: HistogramSnapshot;
}
