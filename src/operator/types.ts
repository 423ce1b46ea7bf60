import type { BotStatus, DialledBotStatus } from '../bots/types.ts';
import type { CallStatus } from '../calls/types.ts';
import type { ServerStatus } from '../servers/types.ts';
import type { Words } from '../support/text.ts';

/**
 * What the console, `ctl` and the admin listener see of the running bridge: snapshots and a few levers, nothing
 * inside. `app/` provides it.
 */
export interface OperatedBridge {
  status(): BridgeStatus;
  /** Every worker with its state, for `debug thread`. */
  workers(): readonly WorkerStatus[];
  /** Reads the config file again and applies what differs; never throws for a faulty file. */
  reload(): Promise<ReloadOutcome>;
  /** Drops the links of a server and dials at once. False when no server has that name. */
  reconnect(server: string): boolean;
  /** Holds back a server's events, not its calls; gone after a restart. False when no server has that name. */
  pause(server: string): boolean;
  /** False when no server has that name. */
  resume(server: string): boolean;
  /** Events that servers refused for good, oldest first; of one server where it is named. */
  deadLetters(server?: string): readonly DeadLetterStatus[];
  /** Sends a server's dead letters again; returns how many, undefined when no server has that name. */
  retryDead(server: string): Promise<number | undefined>;
  /** Throws a server's dead letters away; returns how many. They may be of a server that is no longer there. */
  dropDead(server: string): number;
  /**
   * Calls `listener` for each event that comes in, or of one server for each that is delivered, until the returned
   * function is called. The bytes are the bot's.
   */
  tail(server: string | undefined, listener: (event: TailedEvent) => void): () => void;
  /**
   * Makes a call to a bot in the operator's name: past the policies of servers, within the rate limit.
   *
   * @param params JSON of an object; `self_id` in it says which bot is meant.
   * @returns The answer as JSON; of a stream action the last one. The bridge answers itself where no bot does.
   */
  call(action: string, params: string): Promise<string>;
  debugEnabled(): boolean;
  setDebug(on: boolean): void;
  /** Begins an orderly stop; `reason` goes into the log. Returns at once. */
  stop(reason: Words): void;
}

export interface BridgeStatus {
  readonly version: string;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  /** What `/readyz` says: `starting` before the port listens, `stopping` from the stop on. */
  readonly phase: 'starting' | 'ready' | 'stopping';
  /** Where the port listens, `http://127.0.0.1:5700`. */
  readonly address: string;
  /** Where the admin listener listens; absent while it is off. */
  readonly adminAddress?: string;
  /** Where its generated token can be read; absent for a configured one. */
  readonly adminTokenFile?: string;
  readonly configFile: string;
  /** `/readyz` says 503 while it is failing. */
  readonly log: LogStatus;
  readonly bots: readonly BotStatus[];
  /** The bots that the bridge dials or calls, whether they are there or not. */
  readonly dialled: readonly DialledBotStatus[];
  readonly servers: readonly ServerStatus[];
  /** The calls of each server that has made one. */
  readonly calls: readonly CallStatus[];
}

/** `memory`: durable storage is off. `failing`: it takes nothing, so that HTTP reports are answered 503. */
export interface LogStatus {
  readonly kind: 'durable' | 'memory' | 'failing';
  readonly reason?: string;
}

export interface DeadLetterStatus {
  readonly id: number;
  readonly server: string;
  readonly selfId: string;
  /** `message/group`: its post_type and what kind of that. */
  readonly event: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly byteLength: number;
  /** In words, `answered with 403`. */
  readonly reason: string;
  readonly status?: number;
}

export interface TailedEvent {
  readonly selfId: string;
  /** Absent for an event that comes in. */
  readonly server?: string;
  readonly bytes: Buffer;
}

export interface WorkerStatus {
  /** `port`, `bot 10001 Universal`, `server survival / 10001`, ... */
  readonly name: Words;
  readonly state: string;
  /** When it came into that state, milliseconds since the epoch. */
  readonly since: number;
  /** Anything else worth a column: the peer, the last error, the queue. */
  readonly detail?: Words;
}

export type ReloadOutcome =
  | {
      readonly kind: 'applied';
      /** One line per change, `server survival: added`; empty when nothing differed. */
      readonly changes: readonly Words[];
      /** Keys that differ but need a restart. */
      readonly needRestart: readonly string[];
      readonly warnings: readonly Words[];
    }
  | { readonly kind: 'refused' /** One line per fault. */; readonly faults: readonly Words[] };
