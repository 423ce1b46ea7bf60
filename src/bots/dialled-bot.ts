import type { Socket } from 'node:net';
import { type ClientOptions, WebSocket } from 'ws';
import type { CallSession } from '../calls/types.ts';
import type { DialledBotConfig } from '../config/types.ts';
import type { OneBotAnswer } from '../onebot/bot-frame.ts';
import type { Role } from '../onebot/identity.ts';
import { adviceFor } from '../support/advice.ts';
import { Backoff } from '../support/backoff.ts';
import { steadyNow } from '../support/clock.ts';
import { Dialler } from '../support/dialler.ts';
import type { Logger } from '../support/logger.ts';
import { shownUrl } from '../support/shown-url.ts';
import { text, type Words } from '../support/text.ts';
import { tlsOptions } from '../support/tls-options.ts';
import { failedDial, refusalTrouble } from '../support/trouble.ts';
import type { ApiSession } from './bot.ts';
import { type ApiOutcome, HttpApi } from './http-api.ts';
import { LOGIN_ECHO, LOGIN_QUESTION, refusalIn, selfIdOf } from './login-info.ts';
import { refusedToken, wrongAccount } from './refusals.ts';
import type { SessionPeer } from './socket-session.ts';
import type { BotFacts, DialFacts, DialledBotStatus } from './types.ts';

/** Takes what dialled bots bring; `bots.ts` provides it. */
export interface DialledBotOwner {
  connected(socket: WebSocket, peer: SessionPeer, transport: Socket): void;
  /** Calls of that bot may go to its HTTP API. */
  apiUp(api: ApiSession): void;
  apiDown(api: ApiSession): void;
  answer(session: CallSession, answer: OneBotAnswer): void;
}

export interface DialledBotOptions {
  readonly config: DialledBotConfig;
  readonly owner: DialledBotOwner;
  readonly facts: BotFacts;
  readonly maxPayloadBytes: number;
  readonly userAgent: string;
  readonly logger: Logger;
}

/** One way to a bot: its forward WebSocket, kept up, or its HTTP API. */
export interface DialledBot {
  start(): void;
  /** If the bridge waits for the next try, tries at once. */
  retry(): void;
  stop(): Promise<void>;
  status(): DialledBotStatus;
}

/** Opens a connection as an application does (OneBot 11, `communication/ws.md`). */
export function dialBot(
  url: string,
  { config, maxPayloadBytes, userAgent }: Pick<DialledBotOptions, 'config' | 'maxPayloadBytes' | 'userAgent'>,
): WebSocket {
  // @types/ws lacks `closeTimeout`.
  const options: ClientOptions & { closeTimeout: number } = {
    headers: {
      'User-Agent': userAgent,
      ...(config.accessToken === undefined ? {} : { Authorization: `Bearer ${config.accessToken}` }),
    },
    handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
    maxPayload: maxPayloadBytes,
    perMessageDeflate: false,
    // The scan of each frame checks UTF-8.
    skipUTF8Validation: true,
    autoPong: false,
    closeTimeout: CLOSE_TIMEOUT_MS,
    ...tlsOptions(config.tls),
  };
  return new WebSocket(url, options);
}

/** The forward WebSocket of a bot, kept up. */
export class ForwardBot implements DialledBot {
  readonly #name: string;
  readonly #url: URL;
  readonly #selfId: string | undefined;
  readonly #dialler: Dialler;
  readonly #facts: DialFacts;

  constructor(url: string, { owner, logger, facts, ...target }: DialledBotOptions) {
    const { config } = target;
    const dial = facts.dial();
    this.#facts = dial;
    this.#name = config.name;
    this.#url = new URL(url);
    this.#selfId = config.selfId;
    const peer: SessionPeer = {
      kind: 'forward-ws',
      role: roleOf(this.#url),
      remote: this.#url.host,
      dial: { facts: dial, accessToken: config.accessToken, selfId: config.selfId },
      ...(config.selfId === undefined ? {} : { selfId: config.selfId }),
    };
    const entry = { name: config.name, url: shownUrl(this.#url.href) };
    this.#dialler = new Dialler({
      dial: () => dialBot(url, target),
      onOpen: (socket, transport) => {
        dial.connected();
        owner.connected(socket, peer, transport);
      },
      onDown: () => {},
      onFailed: (error) => tellFailure(dial, error, config.accessToken),
      onLost: (code, reason) => {
        // LLOneBot closes with 1008 when the token is wrong.
        if (code === 1008) dial.refused({ ...refusalTrouble(refusedToken(config.accessToken, code)), said: reason });
        dial.closed({
          words: text`the peer closed the link (${code})`,
          said: reason,
          cure: text`see the log of the bot`,
        });
        logger.info('the link to a bot is lost, the bridge dials again', { ...entry, code, reason });
      },
      onUnreachable: (reason) =>
        logger.warn('a bot can not be connected, the bridge goes on trying', { ...entry, reason }),
    });
  }

  start(): void {
    this.#dialler.start();
  }

  retry(): void {
    this.#dialler.retry();
  }

  async stop(): Promise<void> {
    await this.#dialler.stop();
  }

  status(): DialledBotStatus {
    return {
      name: this.#name,
      kind: 'forward-ws',
      url: shownUrl(this.#url.href),
      ...given(this.#selfId),
      ...this.#dialler.status(),
      standing: this.#facts.standing({ isUp: this.#dialler.isUp }),
    };
  }
}

/** The HTTP API of a bot, once it is known which account it is. */
export class ApiBot implements DialledBot {
  readonly #url: string;
  readonly #options: DialledBotOptions;
  readonly #api: HttpApi;
  readonly #facts: DialFacts;
  readonly #backoff = new Backoff();
  #session: ApiSession | undefined;
  #since = steadyNow();
  #lastError: Words | undefined;
  /** Set while the bridge asks the bot for its account, or waits to ask again. */
  #asking: { timer?: NodeJS.Timeout } | undefined;
  #isWrongAccount = false;
  #hasAnswered = false;
  #isStopped = false;

  constructor(apiUrl: string, options: DialledBotOptions) {
    const { config, maxPayloadBytes, userAgent } = options;
    this.#facts = options.facts.dial();
    this.#url = apiUrl;
    this.#options = options;
    this.#api = new HttpApi({
      config: { ...config, apiUrl },
      maxPayloadBytes,
      userAgent,
      onOutcome: (outcome) => this.#heard(outcome),
    });
  }

  start(): void {
    const { selfId } = this.#options.config;
    if (selfId !== undefined) this.#attach(selfId);
    // The bridge also asks when the config names the account: only the answer shows that the API works and whose it is.
    void this.#ask();
  }

  retry(): void {
    const timer = this.#asking?.timer;
    if (timer === undefined) return;
    clearTimeout(timer);
    this.#backoff.reset();
    void this.#ask();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#asking?.timer);
    if (this.#session !== undefined) this.#options.owner.apiDown(this.#session);
    await this.#api.close();
  }

  status(): DialledBotStatus {
    const { name } = this.#options.config;
    return {
      name,
      kind: 'http-api',
      standing: this.#facts.standing({ isUp: this.#session !== undefined }),
      url: shownUrl(this.#url),
      ...given(this.#session?.selfId),
      state: this.#session === undefined ? 'asking' : 'up',
      since: this.#since,
      ...(this.#lastError === undefined || this.#session !== undefined ? {} : { lastError: this.#lastError }),
    };
  }

  async #ask(): Promise<void> {
    this.#asking = {};
    let selfId: string | undefined;
    let refusal: Words = text`no answer in time`;
    const timeout = setTimeout(() => this.#api.abandon(LOGIN_ECHO), ASK_MS);
    await this.#api.call(LOGIN_QUESTION, (answer) => {
      selfId = selfIdOf(answer);
      refusal = refusalIn(answer);
    });
    clearTimeout(timeout);
    this.#lastError = refusal;
    if (this.#isStopped) return;
    if (selfId !== undefined) {
      this.#asking = undefined;
      this.#backoff.reset();
      this.#isAccount(selfId);
      return;
    }
    this.#tellSilence();
    if (this.#backoff.failures === 0 && this.#session === undefined) {
      const { config, logger } = this.#options;
      const fields = { name: config.name, url: shownUrl(this.#url), reason: this.#lastError };
      logger.warn('a bot does not say by its HTTP API which account it is, the bridge goes on asking', fields);
    }
    this.#asking = { timer: setTimeout(() => void this.#ask(), this.#backoff.next()) };
  }

  /** The bot has named its account. */
  #isAccount(selfId: string): void {
    const { config, owner } = this.#options;
    this.#isWrongAccount = config.selfId !== undefined && config.selfId !== selfId;
    if (config.selfId !== undefined && this.#isWrongAccount) {
      this.#facts.refused(wrongAccount(selfId, config.selfId));
      return;
    }
    this.#facts.answered();
    if (this.#session?.selfId === selfId) return;
    if (this.#session !== undefined) owner.apiDown(this.#session);
    this.#attach(selfId);
  }

  /** If the bot has answered without naming its account, reports that. */
  #tellSilence(): void {
    if (!this.#hasAnswered) return;
    const said = this.#lastError === undefined ? '' : String(this.#lastError);
    this.#facts.failed({ words: text`it does not say which account it is`, said, cure: LOG_IN });
  }

  #heard(outcome: ApiOutcome): void {
    this.#hasAnswered = outcome.kind === 'answered';
    if (outcome.kind === 'answered') {
      if (!this.#isWrongAccount) this.#facts.answered();
      return;
    }
    tellApiFailure(this.#facts, outcome, this.#options.config.accessToken);
    // The bridge asks again to learn when the API works again. Calls alone may not come for hours.
    if (this.#asking === undefined && !this.#isStopped) {
      this.#asking = { timer: setTimeout(() => void this.#ask(), this.#backoff.next()) };
    }
  }

  #attach(selfId: string): void {
    const { owner } = this.#options;
    this.#since = steadyNow();
    const session: ApiSession = {
      selfId,
      send: (frame) => {
        if (this.#isStopped || !this.#api.hasRoom) return false;
        void this.#api.call(frame, (answer) => owner.answer(session, answer));
        return true;
      },
      abandon: (echo) => this.#api.abandon(echo),
      status: () => ({ kind: 'http-api', role: 'API', remote: new URL(this.#url).host, since: this.#since }),
    };
    this.#session = session;
    owner.apiUp(session);
  }
}

const LOG_IN = text`is the bot logged in? see its own log`;

/** Reports why a forward WebSocket could not be opened. */
function tellFailure(facts: DialFacts, error: unknown, accessToken: string | undefined): void {
  const failure = failedDial(error, accessToken !== undefined);
  if (failure.kind === 'refused' && (failure.status === 401 || failure.status === 403)) {
    facts.refused(refusalTrouble(refusedToken(accessToken, failure.status)));
  } else {
    facts.failed(failure.trouble);
  }
}

function tellApiFailure(
  facts: DialFacts,
  outcome: Exclude<ApiOutcome, { kind: 'answered' }>,
  accessToken: string | undefined,
): void {
  if (outcome.kind === 'refused') facts.refused(refusalTrouble(refusedToken(accessToken, outcome.status)));
  else facts.failed({ words: outcome.reason, cure: adviceFor(outcome.reason) });
}

function given(selfId: string | undefined): { selfId?: string } {
  return selfId === undefined ? {} : { selfId };
}

/** `/api` takes calls only, `/event` gives events only, whatever stands before. */
export function roleOf({ pathname }: URL): Role {
  const last = pathname.replace(/\/+$/, '').split('/').at(-1);
  if (last === 'api') return 'API';
  return last === 'event' ? 'Event' : 'Universal';
}

const HANDSHAKE_TIMEOUT_MS = 10_000;

/** A bot has so long to name its account by its HTTP API. */
const ASK_MS = 30_000;

/** A peer that doesn't answer a close is cut off. */
const CLOSE_TIMEOUT_MS = 3_000;
