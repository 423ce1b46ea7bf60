import type { Arrival } from './oracle.ts';

/** An application whose faults the chaos run chooses. */
export interface ChaosServer {
  readonly name: string;
  /** Its entry in `server_list`. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Whether first deliveries come in order; with several posts at once they only start so. */
  readonly ordered: boolean;
  cut(): void;
  stall(): void;
  mute(): void;
  goAway(): Promise<void>;
  /** Ends every fault. */
  heal(): Promise<void>;
  stop(): Promise<void>;
}

export type OnEvent = (arrival: Arrival) => void;
