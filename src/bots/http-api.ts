import type { Pool } from 'undici';
import type { DialledBotConfig } from '../config/types.ts';
import { type OneBotAnswer, readBotFrame } from '../onebot/bot-frame.ts';
import { failedAnswer, type OneBotCall, readCallFrame } from '../onebot/call-frame.ts';
import { KeyTable, scanObject } from '../onebot/json-scan.ts';
import { httpPool } from '../support/http-client.ts';
import { describeNetworkError } from '../support/network-error.ts';
import { text, type Words } from '../support/text.ts';
import { tlsOptions } from '../support/tls-options.ts';

export interface HttpApiOptions {
  readonly config: DialledBotConfig & { readonly apiUrl: string };
  readonly maxPayloadBytes: number;
  readonly userAgent: string;
  /** Is told how each call went. */
  readonly onOutcome?: (outcome: ApiOutcome) => void;
}

/** `refused`: the token. `failed`: no answer of OneBot's. */
export type ApiOutcome =
  | { readonly kind: 'answered' }
  | { readonly kind: 'refused'; readonly status: number }
  | { readonly kind: 'failed'; readonly reason: Words };

/**
 * The HTTP API of a bot (OneBot 11, `communication/http.md`): each call a `POST /<action>` whose answer is its frame, or
 * several for a stream action of NapCat.
 */
export class HttpApi {
  readonly #options: HttpApiOptions;
  readonly #pool: Pool;
  readonly #base: string;
  #underWay = 0;

  constructor(options: HttpApiOptions) {
    this.#options = options;
    const { origin, pathname } = new URL(options.config.apiUrl);
    this.#base = pathname.replace(/\/$/, '');
    this.#pool = httpPool(origin, {
      connections: CONNECTIONS,
      pipelining: 1,
      connect: { timeout: CONNECT_TIMEOUT_MS, ...tlsOptions(options.config.tls) },
      // The desk knows how long a call may take; these only bound what nobody waits for any more.
      headersTimeout: ABANDONED_MS,
      bodyTimeout: ABANDONED_MS,
    });
  }

  /** Whether it takes one more. */
  get hasRoom(): boolean {
    return this.#underWay < MAX_UNDER_WAY;
  }

  /** Makes a call, with an echo in it that each of its answers gets. Never rejects. */
  async call(frame: Buffer, onAnswer: (answer: OneBotAnswer) => void): Promise<void> {
    // It was a sound call when it came, and has got the echo since.
    const read = readCallFrame(frame, 1);
    if (read.kind !== 'call') return;
    const { call } = read;
    const give = (text: Buffer): boolean => {
      const answer = answerIn(text, call.echo);
      if (answer !== undefined) onAnswer(answer);
      return answer !== undefined;
    };
    this.#underWay += 1;
    try {
      const status = await this.#post(call, give);
      if (status !== undefined) give(failedAnswer(...refusalFor(status), call.echo));
      this.#options.onOutcome?.(outcomeOf(status));
    } catch (error) {
      this.#options.onOutcome?.({ kind: 'failed', reason: describeNetworkError(error) });
      give(failedAnswer(1503, `the HTTP API of the bot can not be called: ${describeNetworkError(error)}`, call.echo));
    } finally {
      this.#underWay -= 1;
    }
  }

  async close(): Promise<void> {
    await this.#pool.destroy();
  }

  /** @returns The status of an answer that is none of OneBot's. */
  async #post(call: OneBotCall, give: (text: Buffer) => boolean): Promise<number | undefined> {
    const { config, userAgent } = this.#options;
    const { statusCode, body } = await this.#pool.request({
      method: 'POST',
      path: `${this.#base}/${encodeURIComponent(call.action)}`,
      headers: {
        'Content-Type': 'application/json',
        'User-Agent': userAgent,
        ...(config.accessToken === undefined ? {} : { Authorization: `Bearer ${config.accessToken}` }),
      },
      body: call.frame.isNull('params') ? '{}' : (call.frame.raw('params') ?? '{}'),
    });
    let rest: Buffer = EMPTY;
    let isAnswered = false;
    for await (const chunk of body as AsyncIterable<Buffer>) {
      rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      if (rest.length > this.#options.maxPayloadBytes) throw new Error('its answer is larger than max_payload');
      for (let end = rest.indexOf(FRAME_END); end >= 0; end = rest.indexOf(FRAME_END)) {
        if (!give(rest.subarray(0, end))) break;
        isAnswered = true;
        rest = rest.subarray(end + FRAME_END.length);
      }
    }
    return give(rest) || isAnswered ? undefined : statusCode;
  }
}

/** NapCat's, between the JSON texts of a stream action. */
const FRAME_END = Buffer.from('\r\n\r\n');
const EMPTY = Buffer.alloc(0);

const ANSWER_KEYS = new KeyTable(['echo', 'status', 'retcode']);

/** The answer in a JSON text, with that echo; undefined where it is none. */
function answerIn(text: Buffer, echo: Buffer | undefined): OneBotAnswer | undefined {
  const scan = scanObject(text, ANSWER_KEYS);
  if (scan.kind === 'unsound' || !(scan.object.has('status') || scan.object.has('retcode'))) return undefined;
  const frame = readBotFrame(echo === undefined ? scan.object.bytes : scan.object.with('echo', echo));
  return frame.kind === 'answer' ? frame.answer : undefined;
}

/** @param status Of an answer that is none of OneBot's. */
function outcomeOf(status: number | undefined): ApiOutcome {
  switch (status) {
    case undefined:
      return { kind: 'answered' };
    case 401:
    case 403:
      return { kind: 'refused', status };
    default:
      return { kind: 'failed', reason: text`it answers ${status} and nothing of OneBot's` };
  }
}

/** What a status says that comes without an answer of OneBot's. */
function refusalFor(status: number): [1400 | 1404 | 1503, string] {
  switch (status) {
    case 400:
    case 406:
      return [1400, `the HTTP API of the bot finds the call malformed (${status})`];
    case 404:
      return [1404, 'the HTTP API of the bot has no such action (404)'];
    case 401:
    case 403:
      return [1503, `the HTTP API of the bot refuses the access_token (${status})`];
    default:
      return [1503, `the HTTP API of the bot answered with ${status} and nothing of OneBot's`];
  }
}

const CONNECTIONS = 16;
const MAX_UNDER_WAY = 1024;
const CONNECT_TIMEOUT_MS = 10_000;
const ABANDONED_MS = 10 * 60_000;
