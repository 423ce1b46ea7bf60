import type { Client } from 'undici';
import type { Outcome } from './outcome.ts';
import type { Post, PostTaker } from './post.ts';

/** Is told when a connection is free for the next POST, and what came of the last one. */
export type OnFree = (connection: Connection, post: Post, outcome: Outcome) => void;

/**
 * One kept-alive connection to a server, opened when it is first needed, with one POST at a time. (A pipelined POST that
 * is lost can't be told from one that was taken.)
 *
 * An undici `Client` for each, and not its `Pool`: a client that gets its next POST while it takes an answer goes on with
 * the next turn of the event loop; one that comes from the pool's queue is a turn later, is awaited with a timer
 * of its own and costs 17 to 19 µs of processor time instead of 15 (`npm run bench -- posts`).
 */
export class Connection implements PostTaker {
  readonly #dial: () => Client;
  readonly #onFree: OnFree;
  #client: Client | undefined;
  /** An answer has come and it stayed open. */
  #isKept = false;

  /** @param dial Makes a client that opens one connection, and another when that has gone. */
  constructor(dial: () => Client, onFree: OnFree) {
    this.#dial = dial;
    this.#onFree = onFree;
  }

  /** Only while it is free. */
  send(post: Post): void {
    this.#client ??= this.#dialled();
    post.sendBy(this.#client, this);
  }

  answered(post: Post, outcome: Outcome): void {
    if (this.#isKept) {
      this.#onFree(this, post, outcome);
      return;
    }
    // Some servers close without a word after each answer. undici sees that before it sends what comes in the next turn
    // of the event loop, but not before it sends what comes now.
    this.#isKept = true;
    setImmediate(() => this.#onFree(this, post, outcome));
  }

  failed(post: Post, outcome: Outcome): void {
    // undici's own pool doesn't use a client again after an error either: some leave it unfit.
    void this.destroy();
    this.#onFree(this, post, outcome);
  }

  /** Waits for the POST that is under way; it takes no other. */
  async close(): Promise<void> {
    await this.#client?.close();
  }

  /** Breaks off what is under way, which fails. */
  async destroy(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    await client?.destroy();
  }

  #dialled(): Client {
    this.#isKept = false;
    const client = this.#dial();
    client.on('disconnect', () => {
      this.#isKept = false;
    });
    return client;
  }
}
