export interface ChaosFormOptions {
  /** Equal seeds choose equal steps. */
  readonly seed: number;
  /** The run begins nothing new after this time. */
  readonly forMs: number;
  /** Events per second, of all bots together. */
  readonly rate: number;
  /** Called with lines that tell the progress. */
  readonly print: (line: string) => void;
}

/** A run's figures, and a sentence for each fault. No sentence means that all is well. */
export interface ChaosReport {
  readonly complaints: readonly string[];
}
