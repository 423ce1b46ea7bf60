import type { Dispatcher } from 'undici';
import type { LogEntry } from '../../log/types.ts';
import type { Deadline, Deadlines } from '../../support/deadlines.ts';
import { type ByteBudget, GrowingBuffer } from '../../support/growing-buffer.ts';
import { describeNetworkError, errorCode, neverConnected } from '../../support/network-error.ts';
import { shownLocation } from '../../support/shown-url.ts';
import { text, type Words } from '../../support/text.ts';
import type { Answered, Outcome } from './outcome.ts';

/** Called once for each time that a POST is sent, with its outcome. */
export interface PostTaker {
  /** A whole answer has come. */
  answered(post: Post, outcome: Outcome): void;
  /** No answer, or half of one; the connection is of no more use. */
  failed(post: Post, outcome: Outcome): void;
}

/** Limits that all POSTs to a server share. */
export interface PostBounds {
  /** From the start of the connection to the last byte of the answer. */
  readonly timeoutMs: number;
  readonly deadlines: Deadlines;
  /** Memory for the bodies of answers. */
  readonly answers: ByteBudget;
}

/**
 * One POST under way. This object is the request that undici sends, the handler of the answer, and the dispatcher
 * itself: `request()` would make a stream and a promise for each of tens of thousands of answers a second.
 *
 * The bridge keeps its own deadline. undici's timeouts start again with each 1xx answer and each piece of a body, so a
 * server could hold a POST for ever.
 */
export class Post implements Dispatcher.DispatchOptions, Dispatcher.DispatchHandler {
  readonly method = 'POST';
  readonly path: string;
  readonly headers: string[];
  readonly body: Buffer;
  /** Whether the connection is closed after the answer. */
  reset = false;
  /** Whose event it is; undefined for what is not in the log. */
  readonly entry: LogEntry | undefined;
  /** The POST is sent for the second time, since the first connection was already closed by the server. */
  isRepeated = false;
  readonly #bounds: PostBounds;
  #taker: PostTaker | undefined;
  #deadline: Deadline | undefined;
  /** Set when undici has begun to send the POST. */
  #controller: Dispatcher.DispatchController | undefined;
  #status = 0;
  #location: string | undefined;
  #answer: GrowingBuffer | undefined;
  /** Why the bridge does not wait for the rest of the answer. */
  #cut: Words | undefined;
  /** The deadline ended before undici began to send the POST. Later results of undici are ignored. */
  #isGivenUp = false;

  constructor({ path, headers, body, entry }: PostFields, bounds: PostBounds) {
    this.path = path;
    this.headers = headers;
    this.body = body;
    this.entry = entry;
    this.#bounds = bounds;
  }

  /** Sends it on that connection. */
  sendBy(client: Dispatcher, taker: PostTaker): void {
    const { deadlines, timeoutMs } = this.#bounds;
    this.#taker = taker;
    this.#controller = undefined;
    this.#deadline = deadlines.start(timeoutMs, this.#expire);
    client.dispatch(this, this);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Readonly<Record<string, string | string[] | undefined>>,
  ): void {
    // What comes before the answer proper (103 Early Hints) says nothing.
    if (status < 200) return;
    this.#status = status;
    if (status >= 300 && status < 400) this.#location = shownLocation(headers['location']);
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#answer ??= new GrowingBuffer({ maxBytes: MAX_ANSWER_BYTES, budget: this.#bounds.answers });
    const appended = this.#answer.append(chunk);
    if (appended === 'taken') return;
    this.#cut = appended === 'too large' ? TOO_LARGE : TOO_MANY;
    controller.abort(new Error(String(this.#cut)));
  }

  onResponseEnd(): void {
    const body = this.#answer === undefined ? EMPTY : this.#answer.take();
    this.#release()?.answered(this, this.#answered(body));
  }

  /** An answer that ends too early, or is too large, still counts: its status is known. */
  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    const taker = this.#release();
    const outcome = this.#outcomeOf(error);
    // Not from within undici, which isn't done with the connection yet.
    queueMicrotask(() => {
      if (taker !== undefined) taker.failed(this, outcome);
      // What the taker of the answer throws comes back here; it is nothing that the server did.
      else if (!this.#isGivenUp) throw error;
    });
  }

  readonly #expire = (): void => {
    this.#cut = text`it did not end within ${this.#bounds.timeoutMs / 1_000} s`;
    if (this.#controller !== undefined) {
      this.#controller.abort(LATE);
      return;
    }
    this.#isGivenUp = true;
    this.#release()?.failed(this, { kind: 'unreachable', reason: text`no answer to the connection` });
  };

  #outcomeOf(error: Error): Outcome {
    if (this.#status === 0) return outcomeOf(error);
    this.#cut ??= describeNetworkError(error);
    const body = this.#answer?.take() ?? EMPTY;
    return this.#answered(body);
  }

  #answered(body: Buffer): Answered {
    const [cut, location] = [this.#cut, this.#location];
    return {
      kind: 'answered',
      status: this.#status,
      body,
      ...(cut === undefined ? {} : { cut }),
      ...(location === undefined ? {} : { location }),
    };
  }

  /** The taker, the first time. */
  #release(): PostTaker | undefined {
    const taker = this.#taker;
    this.#taker = undefined;
    this.#deadline?.cancel();
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
  if (error === LATE || errorCode(error) === 'UND_ERR_HEADERS_TIMEOUT') return { kind: 'unanswered' };
  const reason = describeNetworkError(error);
  return { kind: neverConnected(error) ? 'unreachable' : 'broken', reason };
}

/** The error that cuts off a POST at its deadline. */
const LATE = new Error('the POST took too long');

const EMPTY = Buffer.alloc(0);

/** A quick operation may reply with images in base64. */
const MAX_ANSWER_BYTES = 32 * 1024 * 1024;

const TOO_LARGE = text`it is larger than 32 MiB`;
const TOO_MANY = text`too many large answers came at once`;
