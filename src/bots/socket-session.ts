import type { Socket } from 'node:net';
import { type RawData, WebSocket } from 'ws';
import type { CallSession } from '../calls/types.ts';
import { type EventFrame, type OneBotAnswer, readBotFrame } from '../onebot/bot-frame.ts';
import type { Role } from '../onebot/identity.ts';
import { ONEBOT_12 } from '../onebot/onebot-12.ts';
import type { BotPeer } from '../port/types.ts';
import { steadyNow } from '../support/clock.ts';
import { compact } from '../support/compact.ts';
import { Liveness } from '../support/liveness.ts';
import type { Logger } from '../support/logger.ts';
import { describeNetworkError } from '../support/network-error.ts';
import { refusalTrouble } from '../support/trouble.ts';
import { TurnSender } from '../support/turn-sender.ts';
import { isLoginAnswer, LOGIN_QUESTION, selfIdOf, wordsIn } from './login-info.ts';
import { refusedToken, wrongAccount } from './refusals.ts';
import type { DialFacts, SessionStatus } from './types.ts';

/** What a session tells the bots that it belongs to. */
export interface SessionOwner {
  /** The first event of a session without `X-Self-ID` has named its bot; a reason when it can't be taken. */
  identified(session: SocketSession, selfId: string): string | undefined;
  /**
   * The first event names another bot than `X-Self-ID`, and the event is right. Returns a reason when the bridge can't
   * take the bot.
   */
  renamed(session: SocketSession, selfId: string): string | undefined;
  event(session: SocketSession, frame: EventFrame): void;
  answer(session: SocketSession, answer: OneBotAnswer): void;
  closed(session: SocketSession): void;
}

/** Who is at the other end, and who dialled. */
export interface SessionPeer extends BotPeer {
  /** The value of `X-Self-ID`, where it does not name the account that the session has. */
  readonly header?: string;
  readonly kind: 'reverse-ws' | 'forward-ws';
  /** Only for a bot that the bridge dialled. */
  readonly dial?: {
    /** Takes up that the bot refuses the bridge. */
    readonly facts: DialFacts;
    /** The token that the bridge showed to the bot. */
    readonly accessToken: string | undefined;
    /** The account that the config names for the bot. */
    readonly selfId: string | undefined;
  };
}

export interface SessionOptions {
  readonly owner: SessionOwner;
  /** The connection under the WebSocket. */
  readonly transport: Socket;
  readonly logger: Logger;
}

/**
 * One WebSocket of a bot, whoever dialled, from the handshake to its close. Frames that are neither an event nor an
 * answer are logged and dropped; they cost the sender nothing else, since closing would lose what is sound behind them.
 *
 * A bot that is not known by `X-Self-ID` or the config is known by its first event, or by its answer to `get_login_info`.
 */
export class SocketSession implements CallSession {
  readonly kind: SessionPeer['kind'];
  readonly role: Role;
  readonly remote: string;
  readonly #socket: WebSocket;
  readonly #sender: TurnSender;
  readonly #owner: SessionOwner;
  readonly #logger: Logger;
  readonly #liveness: Liveness;
  readonly #status: SessionStatus;
  readonly #dial: SessionPeer['dial'];
  #selfId: string | undefined;
  /** The value of `X-Self-ID`. Undefined once an event has named the account. */
  #header: string | undefined;
  #naming: NodeJS.Timeout | undefined;

  constructor(socket: WebSocket, peer: SessionPeer, { owner, transport, logger }: SessionOptions) {
    this.kind = peer.kind;
    this.role = peer.role;
    this.remote = peer.remote;
    this.#socket = socket;
    this.#sender = new TurnSender(socket, transport);
    this.#owner = owner;
    this.#selfId = peer.selfId;
    this.#dial = peer.dial;
    this.#header = peer.kind === 'reverse-ws' ? (peer.header ?? peer.selfId) : undefined;
    this.#logger = logger.child({ remote: peer.remote });
    this.#status = {
      kind: peer.kind,
      role: peer.role,
      remote: peer.remote,
      since: steadyNow(),
      ...(peer.userAgent === undefined ? {} : { userAgent: peer.userAgent }),
    };
    if (peer.selfId === undefined) this.#awaitName();
    this.#liveness = new Liveness(socket, {
      pingEveryMs: PING_EVERY_MS,
      deadAfterMs: DEAD_AFTER_MS,
      onDead: () => {
        this.#logger.warn('a bot is silent and answers no ping: its link is cut', { bot: this.#selfId });
        socket.terminate();
      },
    });
    socket.on('message', (data) => this.#onMessage(data));
    socket.on('pong', () => this.#liveness.heard());
    socket.on('ping', () => this.#liveness.heard());
    socket.on('error', (error) => {
      this.#logger.warn('a bot link has a fault', { bot: this.#selfId, reason: describeNetworkError(error) });
    });
    socket.on('close', () => {
      this.#liveness.stop();
      clearTimeout(this.#naming);
      this.#owner.closed(this);
    });
  }

  /** Empty until the bot has named itself. */
  get selfId(): string {
    return this.#selfId ?? '';
  }

  /** The value of `X-Self-ID`. Undefined once an event has named the account. */
  get header(): string | undefined {
    return this.#header;
  }

  /** From now on the session belongs to another bot. */
  rename(selfId: string): void {
    this.#selfId = selfId;
  }

  get isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  get takesCalls(): boolean {
    return this.role !== 'Event' && this.isOpen;
  }

  status(): SessionStatus {
    return this.#status;
  }

  send(frame: Buffer): boolean {
    if (this.#socket.readyState !== WebSocket.OPEN || this.#socket.bufferedAmount > MAX_BUFFERED_BYTES) return false;
    this.#sender.send(frame);
    return true;
  }

  /** Closes with a WebSocket close code. */
  close(code: 1000 | 1001 | 1008 | 1013, reason: string): void {
    this.#socket.close(code, reason);
  }

  #awaitName(): void {
    this.#naming = setTimeout(() => {
      this.#logger.warn('a bot did not say which self_id it is: its link is closed', { role: this.role });
      this.close(1008, 'no X-Self-ID and no event that names a self_id');
    }, NAMING_MS);
    if (this.role !== 'Event') this.send(LOGIN_QUESTION);
  }

  #onMessage(data: RawData): void {
    this.#liveness.heard();
    const frame = readBotFrame(compact(data as Buffer), this.#selfId);
    if (frame.kind === 'unsound') {
      this.#logger.warn('a frame of a bot is unsound and dropped', { bot: this.#selfId, reason: frame.reason });
      if (frame.isOneBot12 === true) this.close(1008, String(ONEBOT_12));
    } else if (frame.kind === 'answer') {
      this.#onAnswer(frame.answer);
    } else if (this.#isOwn(frame)) {
      this.#owner.event(this, frame);
    }
  }

  /** Whether an event belongs to the session's bot. The first event decides which bot that is. */
  #isOwn({ event, members }: EventFrame): boolean {
    if (event.selfId !== this.#selfId) return this.#takeName(event.selfId);
    if (this.#header !== undefined && members.has('self_id')) this.#header = undefined;
    return true;
  }

  #onAnswer(answer: OneBotAnswer): void {
    if (isLoginAnswer(answer)) {
      const selfId = selfIdOf(answer);
      if (this.#selfId === undefined && selfId !== undefined) this.#takeName(selfId);
    } else if (answer.echo === undefined && answer.frame.numeral('retcode') === '1403') {
      // What NapCat says before it closes.
      this.#logger.warn('a bot refuses the access_token', { bot: this.#selfId });
      this.#dial?.facts.refused({ ...refusalTrouble(refusedToken(this.#dial.accessToken)), said: wordsIn(answer) });
    } else {
      this.#owner.answer(this, answer);
    }
  }

  /** Gives the session to this bot. False where it can't be. */
  #takeName(selfId: string): boolean {
    if (this.#selfId !== undefined && this.#header === undefined) {
      const fields = { bot: this.#selfId, named: selfId };
      this.#logger.warn('an event of another bot is dropped: each bot needs a connection of its own', fields);
      // The config names the account of the entry, and another account answers.
      if (this.#dial?.selfId !== undefined) this.#dial.facts.refused(wrongAccount(selfId, this.#dial.selfId));
      return false;
    }
    const refusal =
      this.#selfId === undefined ? this.#owner.identified(this, selfId) : this.#owner.renamed(this, selfId);
    clearTimeout(this.#naming);
    if (refusal !== undefined) {
      this.close(1013, refusal);
      return false;
    }
    this.#selfId = selfId;
    this.#header = undefined;
    return true;
  }
}

const PING_EVERY_MS = 10_000;
const DEAD_AFTER_MS = 25_000;

/** A bot that doesn't read piles up calls; past this they are answered 1503. */
const MAX_BUFFERED_BYTES = 128 * 1024 * 1024;

/** LLOneBot's heartbeat, which would be the first frame to name it, comes once a minute. */
const NAMING_MS = 90_000;
