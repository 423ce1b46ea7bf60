import type { BotStatus, DialledBotStatus } from '../bots/types.ts';
import type { CallStatus, EndedCall } from '../calls/types.ts';
import type { ServerStatus } from '../servers/types.ts';
import type { BotState, ServerStanding, Standing } from '../states/types.ts';
import type { Words } from '../support/text.ts';

/**
 * What the console, `ctl` and the admin listener see of the running bridge: snapshots and a few levers, nothing
 * inside. `app/` provides it.
 */
export interface OperatedBridge {
  status(): BridgeStatus;
  /** The status like {@link status}, gathered in several turns of the event loop. For callers that ask repeatedly. */
  statusInTurns(): Promise<BridgeStatus>;
  /** The part of the status that tells whether the bridge works. */
  readiness(): Pick<BridgeStatus, 'phase' | 'log'>;
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
  /** Forgets a bot that is gone for good, and its waiting events. */
  forget(selfId: string): Promise<ForgetOutcome>;
  /** Events that servers refused for good, oldest first; of one server where it is named. */
  deadLetters(server?: string): readonly DeadLetterStatus[];
  /** Sends a server's dead letters again; returns how many, undefined when no server has that name. */
  retryDead(server: string): Promise<number | undefined>;
  /** Throws a server's dead letters away; returns how many. They may be of a server that is no longer there. */
  dropDead(server: string): Promise<number>;
  /**
   * Calls `listener` for each event that comes in, or of one server for each that is delivered, until the returned
   * function is called. The bytes are the bot's.
   */
  tail(server: string | undefined, listener: (event: TailedEvent) => void): () => void;
  /** Calls `listener` for each call that ends, until the returned function is called. */
  watchCalls(listener: (call: EndedCall) => void): () => void;
  /** The end of the log, oldest line first. */
  logLines(): readonly LogLine[];
  /** The language of the dashboard until its reader chooses one. Undefined where the browser decides. */
  pageLanguage(): 'en' | 'zh' | undefined;
  /** Calls `listener` for each line of the log that comes, until the returned function is called. */
  followLog(listener: (line: LogLine) => void): () => void;
  /** The event of a dead letter; undefined when there is no such letter any more. */
  deadLetter(id: number): Buffer | undefined;
  /** The settings in force as YAML, without their secrets. */
  shownConfig(): string;
  /**
   * Where the dashboard is, with a code by which a browser logs in once within two minutes; undefined while the admin listener is off.
   */
  dashboardLink(): string | undefined;
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

/** `configured`: the config has the bot, under this name in `bots`. */
export type ForgetOutcome =
  | { readonly kind: 'forgotten' /** That waited and are dropped. */; readonly events: number }
  | { readonly kind: 'unknown' | 'online' }
  | { readonly kind: 'configured'; readonly name: string };

export interface BridgeStatus {
  readonly version: string;
  /** Milliseconds of `steadyNow()`. */
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
  readonly bots: readonly BotReport[];
  /** The bots that the bridge dials or calls, whether they are there or not. */
  readonly dialled: readonly DialledBotStatus[];
  readonly servers: readonly ServerReport[];
  /** The calls of each server that has made one. */
  readonly calls: readonly CallStatus[];
}

/** A bot, with its state. */
export type BotReport = BotStatus & Standing<BotState>;

/** A server, with its state. */
export type ServerReport = ServerStatus & ServerStanding;

/** `memory`: durable storage is off. `failing`: it takes nothing, so that HTTP reports are answered 503. */
export interface LogStatus {
  readonly kind: 'durable' | 'memory' | 'failing';
  readonly reason?: Words;
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
  /** The beginning of the server's answer, with credentials masked. */
  readonly answer?: string;
}

/** One line of the log, free of credentials. */
export interface LogLine {
  /** Counts up. */
  readonly id: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly level: 'error' | 'warn' | 'info' | 'debug';
  readonly message: string;
  /** `bot=10001 server=survival`. */
  readonly fields: string;
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
  /** When the state began, milliseconds of `steadyNow()`. */
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
  | {
      readonly kind: 'refused';
      /** One line per fault. */
      readonly faults: readonly Words[];
      /** The same in parts; empty where it is not the file that is faulty. */
      readonly details?: readonly FaultDetail<Words>[];
    };

/** What is wrong at one place of the config. */
export interface FaultDetail<Line = string> {
  readonly file: string;
  /** From 1; absent where the fault is of the whole file or of an environment variable. */
  readonly line?: number;
  readonly variable?: string;
  /** `server_list.survival.port`; empty for the whole file. */
  readonly path: string;
  readonly found: Line;
  readonly allowed: Line;
  /** The file around that line, without its secrets. */
  readonly excerpt?: { readonly firstLine: number; readonly lines: readonly string[] };
}
