import type { Socket } from 'node:net';
import { type ClientOptions, WebSocket } from 'ws';
import type { CallSession } from '../calls/types.ts';
import type { DialledBotConfig } from '../config/types.ts';
import type { OneBotAnswer } from '../onebot/bot-frame.ts';
import type { Role } from '../onebot/identity.ts';
import { Backoff } from '../support/backoff.ts';
import { Dialler } from '../support/dialler.ts';
import type { Logger } from '../support/logger.ts';
import type { Words } from '../support/text.ts';
import { tlsOptions } from '../support/tls-options.ts';
import type { ApiSession } from './bot.ts';
import { HttpApi } from './http-api.ts';
import { LOGIN_QUESTION, refusalIn, selfIdOf } from './login-info.ts';
import type { SessionPeer } from './socket-session.ts';
import type { DialledBotStatus } from './types.ts';

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
  readonly maxPayloadBytes: number;
  readonly userAgent: string;
  readonly logger: Logger;
}

/** One way to a bot: its forward WebSocket, kept up, or its HTTP API. */
export interface DialledBot {
  start(): void;
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

  constructor(url: string, { owner, logger, ...target }: DialledBotOptions) {
    const { config } = target;
    this.#name = config.name;
    this.#url = new URL(url);
    this.#selfId = config.selfId;
    const peer: SessionPeer = {
      kind: 'forward-ws',
      role: roleOf(this.#url),
      remote: this.#url.host,
      ...(config.selfId === undefined ? {} : { selfId: config.selfId }),
    };
    const entry = { name: config.name, url: shown(this.#url) };
    this.#dialler = new Dialler({
      dial: () => dialBot(url, target),
      onOpen: (socket, transport) => owner.connected(socket, peer, transport),
      onDown: () => {},
      onLost: (code, reason) =>
        logger.info('the link to a bot is lost, the bridge dials again', { ...entry, code, reason }),
      onUnreachable: (reason) =>
        logger.warn('a bot can not be connected, the bridge goes on trying', { ...entry, reason }),
    });
  }

  start(): void {
    this.#dialler.start();
  }

  async stop(): Promise<void> {
    await this.#dialler.stop();
  }

  status(): DialledBotStatus {
    return { name: this.#name, url: shown(this.#url), ...given(this.#selfId), ...this.#dialler.status() };
  }
}

/** The HTTP API of a bot, once it is known which account it is. */
export class ApiBot implements DialledBot {
  readonly #url: string;
  readonly #options: DialledBotOptions;
  readonly #api: HttpApi;
  readonly #backoff = new Backoff();
  #session: ApiSession | undefined;
  #since = Date.now();
  #lastError: Words | undefined;
  #retry: NodeJS.Timeout | undefined;
  #isStopped = false;

  constructor(apiUrl: string, options: DialledBotOptions) {
    const { config, maxPayloadBytes, userAgent } = options;
    this.#url = apiUrl;
    this.#options = options;
    this.#api = new HttpApi({ config: { ...config, apiUrl }, maxPayloadBytes, userAgent });
  }

  start(): void {
    const { selfId } = this.#options.config;
    if (selfId === undefined) void this.#ask();
    else this.#attach(selfId);
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#retry);
    if (this.#session !== undefined) this.#options.owner.apiDown(this.#session);
    await this.#api.close();
  }

  status(): DialledBotStatus {
    const { name } = this.#options.config;
    return {
      name,
      url: shown(new URL(this.#url)),
      ...given(this.#session?.selfId),
      state: this.#session === undefined ? 'asking' : 'up',
      since: this.#since,
      ...(this.#lastError === undefined || this.#session !== undefined ? {} : { lastError: this.#lastError }),
    };
  }

  async #ask(): Promise<void> {
    let selfId: string | undefined;
    await this.#api.call(LOGIN_QUESTION, (answer) => {
      selfId = selfIdOf(answer);
      this.#lastError = refusalIn(answer);
    });
    if (this.#isStopped) return;
    if (selfId !== undefined) {
      this.#attach(selfId);
      return;
    }
    if (this.#backoff.failures === 0) {
      const { config, logger } = this.#options;
      const fields = { name: config.name, url: shown(new URL(this.#url)), reason: this.#lastError };
      logger.warn('a bot does not say by its HTTP API which account it is, the bridge goes on asking', fields);
    }
    this.#retry = setTimeout(() => void this.#ask(), this.#backoff.next());
  }

  #attach(selfId: string): void {
    const { owner } = this.#options;
    this.#since = Date.now();
    const session: ApiSession = {
      selfId,
      send: (frame) => {
        if (this.#isStopped || !this.#api.hasRoom) return false;
        void this.#api.call(frame, (answer) => owner.answer(session, answer));
        return true;
      },
      status: () => ({ kind: 'http-api', role: 'API', remote: new URL(this.#url).host, since: this.#since }),
    };
    this.#session = session;
    owner.apiUp(session);
  }
}

function given(selfId: string | undefined): { selfId?: string } {
  return selfId === undefined ? {} : { selfId };
}

/** The address without the query, which may hold a token. */
function shown(url: URL): string {
  return `${url.origin === 'null' ? `${url.protocol}//${url.host}` : url.origin}${url.pathname}`;
}

/** `/api` takes calls only, `/event` gives events only, whatever stands before. */
export function roleOf({ pathname }: URL): Role {
  const last = pathname.replace(/\/+$/, '').split('/').at(-1);
  if (last === 'api') return 'API';
  return last === 'event' ? 'Event' : 'Universal';
}

const HANDSHAKE_TIMEOUT_MS = 10_000;

/** A peer that doesn't answer a close is cut off. */
const CLOSE_TIMEOUT_MS = 3_000;
