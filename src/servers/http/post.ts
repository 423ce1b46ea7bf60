import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool } from 'undici';
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
  async post(reported: OneBotEvent, deliveryId: string): Promise<Outcome> {
    const event = inFormat(reported, this.#config.messageFormat);
    const body = this.#tag === undefined ? event.bytes : this.#tag.apply(event);
    const { accessToken, secret } = this.#config;
    try {
      const { statusCode, body: answer } = await this.#pool.request({
        method: 'POST',
        path: this.#path,
        body,
        headers: {
          'Content-Type': 'application/json',
          'User-Agent': this.#userAgent,
          'X-Self-ID': event.selfId,
          'X-QQBridge-Delivery': deliveryId,
          ...(accessToken === undefined ? {} : { Authorization: `Bearer ${accessToken}` }),
          ...(secret === undefined ? {} : { 'X-Signature': sign(body, secret) }),
        },
      });
      return { kind: 'answered', status: statusCode, body: await collect(answer) };
    } catch (error) {
      if (errorCode(error) === 'UND_ERR_HEADERS_TIMEOUT') return { kind: 'unanswered' };
      const reason = describeNetworkError(error);
      return { kind: neverConnected(error) ? 'unreachable' : 'broken', reason };
    }
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

/** The answer's bytes; empty when it breaks off or is too large, since its status has said what counts. */
async function collect(answer: AsyncIterable<Buffer>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of answer) {
      bytes += chunk.length;
      if (bytes > MAX_ANSWER_BYTES) return EMPTY;
      chunks.push(chunk);
    }
  } catch {
    return EMPTY;
  }
  return Buffer.concat(chunks);
}

const EMPTY = Buffer.alloc(0);
const CONNECT_TIMEOUT_MS = 10_000;

/** A quick operation may reply with images in base64. */
const MAX_ANSWER_BYTES = 32 * 1024 * 1024;
