export interface ChaosFormOptions {
  /** Chooses what happens. */
  readonly seed: number;
  /** Nothing new is begun after so long. */
  readonly forMs: number;
  /** Events per second, all bots together. */
  readonly rate: number;
  /** Is told how it goes. */
  readonly print: (line: string) => void;
}

/** A run's figures, and what went wrong in words: nothing, where all is well. */
export interface ChaosReport {
  readonly complaints: readonly string[];
}
