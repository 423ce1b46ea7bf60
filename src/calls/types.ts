import type { ActionsConfig } from '../config/types.ts';
import type { HistogramSnapshot } from '../support/histogram.ts';

/** A bot's connection that takes calls; `bots/` provides it. */
export interface CallSession {
  readonly selfId: string;
  /** Sends one frame; false when it can't: closing, or what waits to be sent is past its bound. */
  send(frame: Buffer): boolean;
  /** Nobody waits any more for the answer to the call with this echo. */
  abandon?(echo: string): void;
}

/** Who is there to be called; `bots/` provides it. */
export interface BotDirectory {
  /** The newest session of that bot that takes calls. */
  callSession(selfId: string): CallSession | undefined;
  /** Whether the bot is known, even if it takes no calls now. */
  knows(selfId: string): boolean;
  /**
   * Whether a bot that takes no calls now may take some soon. False for a bot that is there and has only ever reported
   * by HTTP.
   */
  maySoonTakeCalls(selfId: string): boolean;
  /** The ids of the bots that are there: one of them a call without `self_id` may mean. */
  online(): readonly string[];
  /** The ids of the bots that have been there in this run. */
  seen(): readonly string[];
  /** The ids of all known bots: from this run, from earlier runs and from the config. */
  known(): readonly string[];
}

/** Who calls: one link of a server. Answers go to it alone. */
export interface Caller {
  /** The server's name, or one of {@link NO_SERVER}. */
  readonly server: string;
  /** How long a call may take; for stream actions from the last frame on. */
  readonly timeoutMs: number;
  /** The `self_id`s that it may call; absent: all. Others are answered 1403. */
  readonly bots?: readonly string[] | undefined;
  /** The calls that it may make; absent: all. Others are answered 1403. */
  readonly actions?: ActionsConfig | undefined;
  /**
   * Takes an answer frame. Called once for each call, and for stream actions once for each frame.
   *
   * @param action The action of the call. Empty where the call was malformed.
   */
  reply(frame: Buffer, action: string): void;
}

/**
 * Names of callers that are no server, in log, metrics and inspector: the caller without a token, and the operator. No
 * server can have such a name, since a server's name has no slash.
 */
export const NO_SERVER = { anonymous: '/anonymous', console: '/console' } as const;

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
  /** The server's name, or one of {@link NO_SERVER}. */
  readonly server: string;
  readonly outcomes: Readonly<Partial<Record<CallOutcome, number>>>;
  readonly seconds: HistogramSnapshot;
}

/** Sees how calls end, for whoever follows them. */
export interface CallWatcher {
  ended(call: EndedCall): void;
}

/** One call that is over. */
export interface EndedCall {
  readonly server: string;
  /** Absent where it was unclear which bot is meant. */
  readonly selfId?: string;
  /** Empty where the frame was no sound call. */
  readonly action: string;
  readonly outcome: CallOutcome;
  /** Of the answer; absent where it has none, or nobody was there to be answered. */
  readonly retcode?: string;
  /** In words, of a call that the bridge answered. */
  readonly reason?: string;
  /** From the caller's frame to its end. */
  readonly ms: number;
  readonly request: CutFrame;
  /** The bot's last frame. */
  readonly answer?: CutFrame;
}

/** The beginning of a frame. */
export interface CutFrame {
  readonly bytes: Buffer;
  /** Of the whole frame. */
  readonly byteLength: number;
}
