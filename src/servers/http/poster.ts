import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from 'undici';
import type { HttpServerConfig } from '../../config/types.ts';
import type { LogEntry } from '../../log/types.ts';
import type { OneBotEvent } from '../../onebot/bot-frame.ts';
import { sign } from '../../onebot/signature.ts';
import { steadyNow } from '../../support/clock.ts';
import { Deadlines } from '../../support/deadlines.ts';
import { ByteBudget } from '../../support/growing-buffer.ts';
import { httpDialler } from '../../support/http-client.ts';
import { tlsOptions } from '../../support/tls-options.ts';
import { Connection, Reuse } from './connection.ts';
import type { Outcome } from './outcome.ts';
import { Post, type PostBounds } from './post.ts';

/** Is told what came of the POST of an event; `entry` is what it was posted with. */
export type OnPosted = (entry: LogEntry | undefined, outcome: Outcome) => void;

export interface PostedEvent {
  readonly event: OneBotEvent;
  /** The bytes that the server gets. */
  readonly body: Buffer;
  /** All tries of one event have the same id. */
  readonly deliveryId: string;
  /** Passed on to {@link OnPosted}. */
  readonly entry?: LogEntry;
}

/**
 * Posts events to one server over kept-alive connections (OneBot 11, `communication/http-post.md`), as many as there are
 * POSTs under way.
 */
export class Poster {
  readonly #config: HttpServerConfig;
  readonly #onPosted: OnPosted;
  readonly #path: string;
  /** Those that are the same on every event: names and values in turn, as undici takes them. */
  readonly #headers: readonly string[];
  readonly #dial: () => Client;
  readonly #bounds: PostBounds;
  readonly #reuse = new Reuse();
  #connections: Connection[] = [];
  /** The one that was used last comes next, since it is open. */
  #free: Connection[] = [];

  constructor(config: HttpServerConfig, userAgent: string, onPosted: OnPosted) {
    this.#config = config;
    this.#onPosted = onPosted;
    const { accessToken, timeoutMs } = config;
    const url = new URL(config.url);
    this.#path = url.pathname + url.search;
    const authorization = accessToken === undefined ? [] : ['Authorization', `Bearer ${accessToken}`];
    this.#headers = ['Content-Type', 'application/json', 'User-Agent', userAgent, ...authorization];
    this.#dial = httpDialler(url.origin, {
      connect: { timeout: Math.min(timeoutMs, CONNECT_TIMEOUT_MS), ...tlsOptions(config.tls) },
      // Each POST has one deadline for the whole exchange, so undici's own timeouts are off.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    this.#bounds = { timeoutMs, deadlines: new Deadlines(steadyNow), answers: new ByteBudget(MAX_ANSWERS_BYTES) };
  }

  /** Posts once. */
  post({ event, body, deliveryId, entry }: PostedEvent): void {
    const { secret } = this.#config;
    const headers = [...this.#headers, 'X-Self-ID', event.selfId, 'X-QQBridge-Delivery', deliveryId];
    if (secret !== undefined) headers.push('X-Signature', sign(body, secret));
    const connection = this.#free.pop() ?? this.#another();
    connection.send(new Post({ path: this.#path, headers, body, entry }, this.#bounds));
  }

  /** Opens new connections from now on; what is under way on the old ones is awaited. */
  async renew(): Promise<void> {
    const old = this.#connections;
    this.#connections = [];
    this.#free = [];
    await Promise.all(old.map((connection) => connection.close()));
  }

  /** Waits for what is under way, then breaks it off. */
  async close(waitMs: number): Promise<void> {
    const all = this.#connections;
    await Promise.race([this.renew(), sleep(waitMs, undefined, { ref: false })]);
    await Promise.all(all.map((connection) => connection.end()));
  }

  #another(): Connection {
    const connections = this.#connections;
    const connection = new Connection({
      dial: this.#dial,
      reuse: this.#reuse,
      mayRepeat: this.#config.delivery === 'at_least_once',
      onFree: (freed, { entry }, outcome) => {
        // Connections from before `renew` are not used again.
        if (connections === this.#connections) this.#free.push(freed);
        this.#onPosted(entry, outcome);
      },
    });
    connections.push(connection);
    return connection;
  }
}

const CONNECT_TIMEOUT_MS = 10_000;

/** Memory for the answers of all POSTs to one server. When it is full, further bodies are skipped. */
const MAX_ANSWERS_BYTES = 64 * 1024 * 1024;
