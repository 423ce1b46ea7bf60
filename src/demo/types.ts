/** A simulated application: it can be made to fail, and to come back. */
export interface SimulatedServer {
  /** Its name in `server_list`. */
  readonly name: string;
  start(): Promise<void>;
  /** Goes away, or does worse; how, it says itself. */
  fail(): Promise<string>;
  recover(): Promise<void>;
  stop(): Promise<void>;
}

/** How much happens in the demo. */
export interface Pace {
  /** Between two messages of the group, on average. */
  readonly chatMs: number;
  /** From the end of one outage to the next. */
  readonly calmMs: number;
  /** How long a server is away. */
  readonly outageMs: number;
}

/** So that a person can follow it. */
export const EASY_PACE: Pace = { chatMs: 1_500, calmMs: 12_000, outageMs: 8_000 };
