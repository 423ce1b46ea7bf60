import type { Dispatcher } from 'undici';
import type { LogEntry } from '../../log/types.ts';
import { describeNetworkError, errorCode, neverConnected } from '../../support/network-error.ts';
import type { Outcome } from './outcome.ts';

/** Is told, once, what came of a POST. */
export interface PostTaker {
  /** A whole answer has come. */
  answered(post: Post, outcome: Outcome): void;
  /** No answer, or half of one; the connection is of no more use. */
  failed(post: Post, outcome: Outcome): void;
}

/**
 * One POST under way: what undici is asked to send, and the taker of what comes back. One object for both, and the
 * dispatcher itself, since `request()` makes a stream and a promise of each answer: there are tens of thousands a second.
 */
export class Post implements Dispatcher.DispatchOptions, Dispatcher.DispatchHandler {
  readonly method = 'POST';
  readonly path: string;
  readonly headers: string[];
  readonly body: Buffer;
  /** Whose event it is; undefined for what is not in the log. */
  readonly entry: LogEntry | undefined;
  #taker: PostTaker | undefined;
  #status = 0;
  #chunks: Buffer[] | undefined;
  #bytes = 0;

  constructor({ path, headers, body, entry }: PostFields) {
    this.path = path;
    this.headers = headers;
    this.body = body;
    this.entry = entry;
  }

  /** Sends it on that connection. */
  sendBy(client: Dispatcher, taker: PostTaker): void {
    this.#taker = taker;
    client.dispatch(this, this);
  }

  onRequestStart(): void {
    // Nothing is known yet.
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number): void {
    // What comes before the answer proper (103 Early Hints) says nothing.
    if (status >= 200) this.#status = status;
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#bytes += chunk.length;
    this.#chunks ??= [];
    this.#chunks.push(chunk);
    if (this.#bytes > MAX_ANSWER_BYTES) controller.abort(new Error('the answer is too large'));
  }

  onResponseEnd(): void {
    const body = this.#chunks === undefined ? EMPTY : Buffer.concat(this.#chunks);
    this.#release()?.answered(this, { kind: 'answered', status: this.#status, body });
  }

  /** An answer that breaks off, or is too large, counts without its body: its status has said what counts. */
  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    const taker = this.#release();
    // Not from within undici, which isn't done with the connection yet.
    queueMicrotask(() => {
      // What the taker of the answer throws comes back here; it is nothing that the server did.
      if (taker === undefined) throw error;
      taker.failed(
        this,
        this.#status === 0 ? outcomeOf(error) : { kind: 'answered', status: this.#status, body: EMPTY },
      );
    });
  }

  /** The taker, the first time. */
  #release(): PostTaker | undefined {
    const taker = this.#taker;
    this.#taker = undefined;
    return taker;
  }
}

interface PostFields {
  readonly path: string;
  /** Names and values in turn. */
  readonly headers: string[];
  readonly body: Buffer;
  readonly entry: LogEntry | undefined;
}

function outcomeOf(error: Error): Outcome {
  if (errorCode(error) === 'UND_ERR_HEADERS_TIMEOUT') return { kind: 'unanswered' };
  const reason = describeNetworkError(error);
  return { kind: neverConnected(error) ? 'unreachable' : 'broken', reason };
}

const EMPTY = Buffer.alloc(0);

/** A quick operation may reply with images in base64. */
const MAX_ANSWER_BYTES = 32 * 1024 * 1024;
