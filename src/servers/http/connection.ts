import type { Client } from 'undici';
import { steadyNow } from '../../support/clock.ts';
import type { Outcome } from './outcome.ts';
import type { Post, PostTaker } from './post.ts';

export interface ConnectionOptions {
  /** Makes a client that opens one connection, and another one when the first is gone. */
  readonly dial: () => Client;
  /** Called when a connection is free for the next POST, with the outcome of the last one. */
  readonly onFree: (connection: Connection, post: Post, outcome: Outcome) => void;
  /** Whether a POST that may have reached the server may be sent again. */
  readonly mayRepeat: boolean;
  readonly reuse: Reuse;
}

/**
 * Decides whether connections to a server are used for more than one POST. Some servers reset the connection after each
 * answer, and the bridge only notices when it has sent the next POST. For a minute after such a reset, each POST gets a
 * connection of its own.
 */
export class Reuse {
  #resetAt = Number.NEGATIVE_INFINITY;

  get isGood(): boolean {
    return steadyNow() - this.#resetAt > DISTRUST_MS;
  }

  /** A connection broke on which an answer had come before. */
  wasReset(): void {
    this.#resetAt = steadyNow();
  }
}

const DISTRUST_MS = 60_000;

/**
 * One kept-alive connection to a server, opened when it is first needed, with one POST at a time. (A pipelined POST that
 * is lost can't be told from one that was taken.)
 *
 * An undici `Client` for each, and not its `Pool`: a client that gets its next POST while it takes an answer goes on with
 * the next turn of the event loop; one that comes from the pool's queue is a turn later, is awaited with a timer
 * of its own and costs 17 to 19 µs of processor time instead of 15 (`npm run bench -- posts`).
 */
export class Connection implements PostTaker {
  readonly #options: ConnectionOptions;
  #client: Client | undefined;
  /** An answer has come and it stayed open. */
  #isKept = false;
  /** Whether the connection was kept open when the current POST was sent. */
  #isReused = false;
  #isClosing = false;

  constructor(options: ConnectionOptions) {
    this.#options = options;
  }

  /** Only while it is free. */
  send(post: Post): void {
    this.#client ??= this.#dialled();
    this.#isReused = this.#isKept;
    post.reset = !this.#options.reuse.isGood;
    post.sendBy(this.#client, this);
  }

  answered(post: Post, outcome: Outcome): void {
    const { onFree } = this.#options;
    if (this.#isKept && !post.reset) {
      onFree(this, post, outcome);
      return;
    }
    // Some servers close without a word after each answer. undici sees that before it sends what comes in the next turn
    // of the event loop, but not before it sends what comes now.
    this.#isKept = !post.reset;
    setImmediate(() => onFree(this, post, outcome));
  }

  failed(post: Post, outcome: Outcome): void {
    // undici's own pool doesn't use a client again after an error either: some leave it unfit.
    void this.#destroy();
    const { reuse, mayRepeat, onFree } = this.#options;
    const isReset = outcome.kind === 'broken' && this.#isReused;
    if (isReset) reuse.wasReset();
    if (isReset && mayRepeat && !post.isRepeated && !this.#isClosing) {
      post.isRepeated = true;
      this.send(post);
    } else onFree(this, post, outcome);
  }

  /** Waits for the POST that is under way; it takes no other. */
  async close(): Promise<void> {
    this.#isClosing = true;
    await this.#client?.close();
  }

  /** Cuts the current POST off, which then fails. The connection takes no other POST. */
  async end(): Promise<void> {
    this.#isClosing = true;
    await this.#destroy();
  }

  async #destroy(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    await client?.destroy();
  }

  #dialled(): Client {
    this.#isKept = false;
    const client = this.#options.dial();
    client.on('disconnect', () => {
      this.#isKept = false;
    });
    return client;
  }
}
