/** What is asked on the control socket: the body of a POST. */
export type ControlRequest =
  | {
      readonly command: string;
      /** Columns of the terminal that the answer is for. */
      readonly columns?: number;
    }
  /** Answered with the `BridgeStatus` in the JSON of `support/text-json.ts`: whoever asks says it in its own language. */
  | { readonly query: 'status' };

/** What comes back for a command, one JSON value per line: first how it went, then the lines of its answer. */
export interface ControlHead {
  readonly kind: 'ok' | 'failed' | 'wrong';
}
export type ControlLine = string;
