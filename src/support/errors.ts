import type { Words } from './text.ts';

/**
 * The one error class of the bridge and the table of its codes. `docs/errors.md` explains each code to the
 * operator; a test holds the two together.
 */
export const ERROR_CODES = {
  CONFIG_UNREADABLE: { exitStatus: 2, retryable: false },
  CONFIG_INVALID: { exitStatus: 2, retryable: false },
  PORT_IN_USE: { exitStatus: 1, retryable: true },
  PORT_REFUSED: { exitStatus: 1, retryable: false },
  HOME_UNWRITABLE: { exitStatus: 1, retryable: false },
  STORE_IN_USE: { exitStatus: 1, retryable: true },
  STORE_NEWER: { exitStatus: 1, retryable: false },
  STORE_BROKEN: { exitStatus: 1, retryable: false },
} as const satisfies Record<string, ErrorTrait>;

interface ErrorTrait {
  /** Status the process ends with when the error is not handled: 1 failed while running, 2 wrong usage or config. */
  readonly exitStatus: 1 | 2;
  /** Whether the same thing may succeed later without a change by the operator. */
  readonly retryable: boolean;
}

export type ErrorCode = keyof typeof ERROR_CODES;

export interface BridgeErrorOptions {
  readonly cause?: unknown;
  /** Values for the log line. */
  readonly fields?: Readonly<Record<string, unknown>>;
}

/** A failure with a code from {@link ERROR_CODES}; its message is one sentence for the operator, in English. */
export class BridgeError extends Error {
  override readonly name = 'BridgeError';
  readonly code: ErrorCode;
  /** The message, to be said in other languages. */
  readonly sentence: Words;
  readonly fields: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, sentence: Words, options: BridgeErrorOptions = {}) {
    super(String(sentence), options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.sentence = sentence;
    this.fields = options.fields ?? {};
  }

  get exitStatus(): 1 | 2 {
    return ERROR_CODES[this.code].exitStatus;
  }

  get retryable(): boolean {
    return ERROR_CODES[this.code].retryable;
  }
}

/** What an error says, for a person. */
export function errorWords(error: unknown): Words {
  if (error instanceof BridgeError) return error.sentence;
  return error instanceof Error ? error.message : String(error);
}
