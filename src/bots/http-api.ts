import type { Pool } from 'undici';
import type { DialledBotConfig } from '../config/types.ts';
import { type OneBotAnswer, readBotFrame } from '../onebot/bot-frame.ts';
import { failedAnswer, type OneBotCall, readCallFrame } from '../onebot/call-frame.ts';
import { KeyTable, scanObject } from '../onebot/json-scan.ts';
import { steadyNow } from '../support/clock.ts';
import { ByteBudget, GrowingBuffer } from '../support/growing-buffer.ts';
import { httpPool } from '../support/http-client.ts';
import { describeNetworkError, neverConnected } from '../support/network-error.ts';
import { text, type Words } from '../support/text.ts';
import { tlsOptions } from '../support/tls-options.ts';

export interface HttpApiOptions {
  readonly config: DialledBotConfig & { readonly apiUrl: string };
  readonly maxPayloadBytes: number;
  readonly userAgent: string;
  /** Called with the outcome of each call. */
  readonly onOutcome?: (outcome: ApiOutcome) => void;
}

/** `refused`: the bot refuses the token. `failed`: there was no answer in OneBot's form. */
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
  /** Calls under way, by their echo as the frame has it. */
  readonly #underWay = new Map<string, AbortController>();
  /** Limit of the memory for the answers of all calls. */
  readonly #answers: ByteBudget;
  /** When a connection last broke during a call. */
  #brokeAt = Number.NEGATIVE_INFINITY;

  constructor(options: HttpApiOptions) {
    this.#options = options;
    this.#answers = new ByteBudget(options.maxPayloadBytes * MAX_TOTAL_FACTOR);
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
    return this.#underWay.size < MAX_UNDER_WAY;
  }

  /** Makes a call, with an echo in it that each of its answers gets. Never rejects. */
  async call(frame: Buffer, onAnswer: (answer: OneBotAnswer) => void): Promise<void> {
    // The call was checked when the bridge took it. The echo that the bridge has added since is the one extra value.
    const read = readCallFrame(frame, 1);
    if (read.kind !== 'call') return;
    const { call } = read;
    const give = (text: Buffer): boolean => {
      const answer = answerIn(text, call.echo);
      if (answer !== undefined) onAnswer(answer);
      return answer !== undefined;
    };
    const [echo, controller] = [String(call.echo), new AbortController()];
    this.#underWay.set(echo, controller);
    try {
      const { status, isAnswered } = await this.#post(call, { give, signal: controller.signal });
      if (!isAnswered) give(failedAnswer(...refusalFor(status), call.echo));
      this.#options.onOutcome?.(outcomeOf(status, isAnswered));
    } catch (error) {
      if (controller.signal.aborted) return;
      if (!neverConnected(error)) this.#brokeAt = steadyNow();
      this.#options.onOutcome?.({ kind: 'failed', reason: describeNetworkError(error) });
      give(failedAnswer(1503, `the HTTP API of the bot can not be called: ${describeNetworkError(error)}`, call.echo));
    } finally {
      this.#underWay.delete(echo);
    }
  }

  /**
   * Nobody waits for the answer to this call any more, so the call is cut off. Another call can then use its
   * connection.
   */
  abandon(echo: string): void {
    this.#underWay.get(JSON.stringify(echo))?.abort();
  }

  async close(): Promise<void> {
    await this.#pool.destroy();
  }

  async #post(call: OneBotCall, { give, signal }: Asking): Promise<Posted> {
    const { config, userAgent } = this.#options;
    const { statusCode, headers, body } = await this.#pool.request({
      method: 'POST',
      path: `${this.#base}/${encodeURIComponent(call.action)}`,
      headers: {
        'Content-Type': 'application/json',
        'User-Agent': userAgent,
        ...(config.accessToken === undefined ? {} : { Authorization: `Bearer ${config.accessToken}` }),
      },
      body: call.frame.isNull('params') ? '{}' : (call.frame.raw('params') ?? '{}'),
      signal,
      // If the bot resets connections after an answer, the next call on a kept connection would fail, and a call can't
      // be made twice.
      reset: steadyNow() - this.#brokeAt < DISTRUST_MS,
    });
    const gathered = new GrowingBuffer({
      maxBytes: this.#options.maxPayloadBytes,
      budget: this.#answers,
      expectedBytes: Number(headers['content-length']) || undefined,
    });
    try {
      let isAnswered = false;
      let isStream = true;
      for await (const chunk of body as AsyncIterable<Buffer>) {
        // The separator may have begun in the previous chunk.
        const from = Math.max(0, gathered.length - FRAME_END.length + 1);
        const appended = gathered.append(chunk);
        if (appended === 'too large') throw new Error('its answer is larger than max_payload');
        if (appended === 'no room') throw new Error('too many large answers came at once');
        if (!isStream) continue;
        const given = giveTexts(gathered.bytes, { from, give });
        isStream = given.isStream;
        isAnswered ||= given.end > 0;
        if (given.end > 0) gathered.dropTo(given.end);
      }
      return { status: statusCode, isAnswered: give(gathered.take()) || isAnswered };
    } finally {
      gathered.clear();
    }
  }
}

interface Posted {
  /** The HTTP status. */
  readonly status: number;
  /** Whether the body was an answer in OneBot's form. */
  readonly isAnswered: boolean;
}

interface Asking {
  /** Takes the text of an answer. False where the text is no answer. */
  readonly give: (text: Buffer) => boolean;
  /** Cuts the call off. */
  readonly signal: AbortSignal;
}

/**
 * Gives the complete texts.
 *
 * @param from Where to search for the end of the first text.
 * @returns `end` is where the last complete text ends. `isStream` is false where a text was no answer: then the body is
 *   one text that has an empty line in it.
 */
function giveTexts(
  bytes: Buffer,
  { from, give }: { readonly from: number; readonly give: Asking['give'] },
): { readonly end: number; readonly isStream: boolean } {
  let start = 0;
  for (let end = bytes.indexOf(FRAME_END, from); end >= 0; end = bytes.indexOf(FRAME_END, start)) {
    if (!give(bytes.subarray(start, end))) return { end: start, isStream: false };
    start = end + FRAME_END.length;
  }
  return { end: start, isStream: true };
}

/** NapCat's, between the JSON texts of a stream action. */
const FRAME_END = Buffer.from('\r\n\r\n');

const ANSWER_KEYS = new KeyTable(['echo', 'status', 'retcode']);

/** The answer in a JSON text, with that echo; undefined where it is none. */
function answerIn(text: Buffer, echo: Buffer | undefined): OneBotAnswer | undefined {
  const scan = scanObject(text, ANSWER_KEYS);
  if (scan.kind === 'unsound' || !(scan.object.has('status') || scan.object.has('retcode'))) return undefined;
  const frame = readBotFrame(echo === undefined ? scan.object.bytes : scan.object.with('echo', echo));
  return frame.kind === 'answer' ? frame.answer : undefined;
}

/** A 401 or 403 means that the token is wrong, whatever the body says (OneBot 11, `communication/authorization.md`). */
function outcomeOf(status: number, isAnswered: boolean): ApiOutcome {
  if (status === 401 || status === 403) return { kind: 'refused', status };
  return isAnswered
    ? { kind: 'answered' }
    : { kind: 'failed', reason: text`it answers ${status} and nothing of OneBot's` };
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

/** All answers together may hold this many times `max_payload`. */
const MAX_TOTAL_FACTOR = 4;

/** After a connection has broken, each call gets a connection of its own for so long. */
const DISTRUST_MS = 60_000;
