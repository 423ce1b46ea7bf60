import type { BotStatus } from '../bots/types.ts';
import type { ServerStatus } from '../servers/types.ts';

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
  debugEnabled(): boolean;
  setDebug(on: boolean): void;
  /** Begins an orderly stop; `reason` goes into the log. Returns at once. */
  stop(reason: string): void;
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
  readonly bots: readonly BotStatus[];
  readonly servers: readonly ServerStatus[];
}

export interface WorkerStatus {
  /** `port`, `bot 10001 Universal`, `server survival / 10001`, ... */
  readonly name: string;
  readonly state: string;
  /** When it came into that state, milliseconds since the epoch. */
  readonly since: number;
  /** Anything else worth a column: the peer, the last error, the queue. */
  readonly detail?: string;
}

export type ReloadOutcome =
  | {
      readonly kind: 'applied';
      /** One line per change, `server survival: added`; empty when nothing differed. */
      readonly changes: readonly string[];
      /** Keys that differ but need a restart. */
      readonly needRestart: readonly string[];
      readonly warnings: readonly string[];
    }
  | { readonly kind: 'refused' /** One line per fault. */; readonly faults: readonly string[] };
