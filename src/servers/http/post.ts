import { setTimeout as sleep } from 'node:timers/promises';
import type { Dispatcher, Pool } from 'undici';
import type { HttpServerConfig } from '../../config/types.ts';
import type { OneBotEvent } from '../../onebot/bot-frame.ts';
import { EventTag } from '../../onebot/event-tag.ts';
import { inFormat } from '../../onebot/message-form.ts';
import { sign } from '../../onebot/signature.ts';
import { httpPool } from '../../support/http-pool.ts';
import { describeNetworkError, errorCode, neverConnected } from '../../support/network-error.ts';
import { tlsOptions } from '../../support/tls-options.ts';
import type { Outcome } from './outcome.ts';

/**
 * Posts events to one server over kept-alive connections (OneBot 11, `communication/http-post.md`).
 */
export class Poster {
  readonly #config: HttpServerConfig;
  readonly #userAgent: string;
  readonly #tag: EventTag | undefined;
  readonly #path: string;
  #pool: Pool;

  constructor(config: HttpServerConfig, userAgent: string) {
    this.#config = config;
    this.#userAgent = userAgent;
    this.#tag = config.tag ? new EventTag(config.name) : undefined;
    const url = new URL(config.url);
    this.#path = url.pathname + url.search;
    this.#pool = poolFor(config);
  }

  /** Posts once. Never rejects. */
  post(reported: OneBotEvent, deliveryId: string): Promise<Outcome> {
    const event = inFormat(reported, this.#config.messageFormat);
    const body = this.#tag === undefined ? event.bytes : this.#tag.apply(event);
    const { accessToken, secret } = this.#config;
    const headers = {
      'Content-Type': 'application/json',
      'User-Agent': this.#userAgent,
      'X-Self-ID': event.selfId,
      'X-QQBridge-Delivery': deliveryId,
      ...(accessToken === undefined ? {} : { Authorization: `Bearer ${accessToken}` }),
      ...(secret === undefined ? {} : { 'X-Signature': sign(body, secret) }),
    };
    return new Promise((resolve) => {
      this.#pool.dispatch({ method: 'POST', path: this.#path, body, headers }, new AnswerTaker(resolve));
    });
  }

  /** Opens new connections from now on; what is under way on the old ones is awaited. */
  async renew(): Promise<void> {
    const old = this.#pool;
    this.#pool = poolFor(this.#config);
    await old.close();
  }

  /** Waits for what is under way, then breaks it off. */
  async close(waitMs: number): Promise<void> {
    const closed = this.#pool.close();
    await Promise.race([closed, sleep(waitMs, undefined, { ref: false })]);
    await this.#pool.destroy();
  }
}

function poolFor({ url, concurrency, timeoutMs, tls }: HttpServerConfig): Pool {
  return httpPool(new URL(url).origin, {
    connections: concurrency,
    // A pipelined POST that is lost can't be told from one that was taken.
    pipelining: 1,
    connect: { timeout: Math.min(timeoutMs, CONNECT_TIMEOUT_MS), ...tlsOptions(tls) },
    headersTimeout: timeoutMs,
    bodyTimeout: timeoutMs,
  });
}

/**
 * Takes what comes back for one POST. The dispatcher itself, since `request()` makes a stream and a promise of each answer:
 * it takes 0.7 of the processor time per post to one server (`npm run bench -- posts`).
 */
class AnswerTaker implements Dispatcher.DispatchHandler {
  readonly #settle: (outcome: Outcome) => void;
  #status: number | undefined;
  #chunks: Buffer[] = [];
  #bytes = 0;

  constructor(settle: (outcome: Outcome) => void) {
    this.#settle = settle;
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
    this.#chunks.push(chunk);
    if (this.#bytes > MAX_ANSWER_BYTES) controller.abort(new Error('the answer is too large'));
  }

  onResponseEnd(): void {
    if (this.#status !== undefined)
      this.#settle({ kind: 'answered', status: this.#status, body: joined(this.#chunks) });
  }

  /** An answer that breaks off, or is too large, counts without its body: its status has said what counts. */
  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    if (this.#status !== undefined) this.#settle({ kind: 'answered', status: this.#status, body: EMPTY });
    else this.#settle(outcomeOf(error));
  }
}

function outcomeOf(error: Error): Outcome {
  if (errorCode(error) === 'UND_ERR_HEADERS_TIMEOUT') return { kind: 'unanswered' };
  const reason = describeNetworkError(error);
  return { kind: neverConnected(error) ? 'unreachable' : 'broken', reason };
}

function joined(chunks: readonly Buffer[]): Buffer {
  return chunks.length === 0 ? EMPTY : Buffer.concat(chunks);
}

const EMPTY = Buffer.alloc(0);
const CONNECT_TIMEOUT_MS = 10_000;

/** A quick operation may reply with images in base64. */
const MAX_ANSWER_BYTES = 32 * 1024 * 1024;
