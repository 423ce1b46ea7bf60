/** What `ctl` sends: the body of a POST on the control socket. */
export interface ControlRequest {
  readonly command: string;
  /** Columns of its terminal. */
  readonly columns?: number;
}

/** What comes back, one JSON value per line: first how the command went, then the lines of its answer. */
export interface ControlHead {
  readonly kind: 'ok' | 'failed' | 'wrong';
}
export type ControlLine = string;
