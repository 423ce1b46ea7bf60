import type { WebSocket } from 'ws';
import type { LogEntry } from '../log/types.ts';
import { steadyNow } from '../support/clock.ts';
import { Liveness } from '../support/liveness.ts';
import type { Logger } from '../support/logger.ts';
import { Confirmations, type Sent } from './confirmations.ts';
import { LargestFrame, type OtherFrame } from './delivery/largest-frame.ts';

export interface PongWatchOptions<T> {
  /** That event has been handled by the peer, or counts as such; `nowMs` is `steadyNow()`. */
  readonly onDelivered: (item: T, nowMs: number) => void;
  /** Something has been confirmed: what was sent since wants a ping, and there may be room for more. */
  readonly onConfirmed: () => void;
  readonly logger: Logger;
}

/**
 * Watches a WebSocket by its pings: an event counts as delivered when a pong shows that the peer has handled it, and a
 * peer that is silent is cut off. One that has never answered a ping is served with best effort: sent is delivered.
 */
export class PongWatch<T extends Sent> {
  readonly #socket: WebSocket;
  readonly #options: PongWatchOptions<T>;
  readonly #confirmations = new Confirmations<T>();
  readonly #others = new LargestFrame();
  readonly #liveness: Liveness;
  #pingTimer: NodeJS.Timeout | undefined;
  #pongTimer: NodeJS.Timeout | undefined;
  #lastPingAt = 0;
  /** Only where a pong has come before does a missing one mean a broken link. */
  #peer: 'untried' | 'pongs' | 'never-pongs' = 'untried';
  #isSilent = false;
  #stopped = false;

  constructor(socket: WebSocket, options: PongWatchOptions<T>) {
    this.#socket = socket;
    this.#options = options;
    this.#liveness = new Liveness(
      { ping: () => this.#pingForLife() },
      {
        pingEveryMs: PING_EVERY_MS,
        deadAfterMs: DEAD_AFTER_MS,
        onDead: () => this.#onDead(),
      },
    );
    socket.on('pong', (data) => this.#onPong(data));
    socket.on('ping', () => this.heard());
  }

  /** The peer has sent something. */
  heard(): void {
    this.#liveness.heard();
  }

  /** Whether more may be sent before something is confirmed. */
  get hasRoom(): boolean {
    return this.#confirmations.events < MAX_UNCONFIRMED_EVENTS && this.#confirmations.bytes < MAX_UNCONFIRMED_BYTES;
  }

  /** Whether something that was sent is not confirmed. */
  get isWaiting(): boolean {
    return this.#confirmations.events > 0;
  }

  sent(item: T): void {
    this.#confirmations.sent(item);
  }

  /** A frame was sent that is not confirmed. `entry`: the event, if the frame is an event that counts as delivered. */
  sentOther(bytes: number, entry?: LogEntry): void {
    this.#others.sent(bytes, entry);
  }

  /** Like {@link sentOther}, for the answer to a call. */
  sentAnswer(bytes: number, action: string): void {
    this.#others.sentAnswer(bytes, action);
  }

  /** The largest frame among those of {@link sentOther} that the peer may not have handled yet. */
  get largestOther(): OtherFrame | undefined {
    return this.#others.frame;
  }

  /** Whether the bridge cut the link because the peer was silent. */
  get isSilent(): boolean {
    return this.#isSilent;
  }

  /** Whether events count as delivered when they are sent, because the peer answers no pings. */
  get neverConfirms(): boolean {
    return this.#peer === 'never-pongs';
  }

  /** Whether the peer has answered a ping on this connection, or is known to answer none. */
  get isProven(): boolean {
    return this.#peer !== 'untried';
  }

  /** Asks the peer for a sign of life before anything is sent to it. `onConfirmed` is called when it comes. */
  prove(): void {
    if (this.#stopped || this.isProven || this.#pongTimer !== undefined) return;
    this.#socket.ping();
    this.#pongTimer = setTimeout(() => this.#giveUpPongs(), NO_PONG_MS);
  }

  /** Asks for what was sent to be confirmed. */
  ask(): void {
    if (this.#peer === 'never-pongs') this.#confirmAll();
    else this.#pingIfDue();
  }

  /** Watches no longer; returns what was never confirmed. */
  stop(): readonly T[] {
    this.#stopped = true;
    this.#liveness.stop();
    clearTimeout(this.#pingTimer);
    clearTimeout(this.#pongTimer);
    return this.#confirmations.unconfirmed();
  }

  #pingIfDue(): void {
    if (this.#stopped || this.#pingTimer !== undefined) return;
    const waitMs = this.#lastPingAt + MIN_PING_GAP_MS - performance.now();
    if (waitMs <= 0) this.#ping();
    else if (this.isWaiting) {
      this.#pingTimer = setTimeout(() => {
        this.#pingTimer = undefined;
        this.#ping();
      }, waitMs);
    }
  }

  /** Not while a ping for confirmation is under way: a peer may answer the latest alone (RFC 6455, section 5.5.3). */
  #pingForLife(): void {
    if (this.#confirmations.pingUnderWay) return;
    if (this.#peer === 'never-pongs') this.#others.confirmed();
    this.#others.pinged();
    this.#socket.ping();
  }

  #ping(): void {
    if (!this.#confirmations.pingDue()) return;
    this.#lastPingAt = performance.now();
    this.#others.pinged();
    this.#socket.ping(CONFIRM);
    if (this.#peer === 'untried') this.#pongTimer ??= setTimeout(() => this.#giveUpPongs(), NO_PONG_MS);
  }

  #onPong(data: Buffer): void {
    this.heard();
    clearTimeout(this.#pongTimer);
    const { isProven } = this;
    this.#peer = 'pongs';
    this.#others.confirmed();
    if (this.#stopped) return;
    const confirms = data.equals(CONFIRM);
    if (confirms) this.#confirm();
    if (confirms || !isProven) this.#options.onConfirmed();
  }

  #giveUpPongs(): void {
    this.#options.logger.warn('a server answers no pings: what is sent to it counts as delivered');
    this.#peer = 'never-pongs';
    this.#confirmAll();
    this.#options.onConfirmed();
  }

  #onDead(): void {
    if (this.#peer !== 'pongs') return;
    this.#isSilent = true;
    this.#options.logger.warn('a server is silent and answers no ping any more: its link is cut');
    this.#socket.terminate();
  }

  #confirm(): void {
    const nowMs = steadyNow();
    for (const item of this.#confirmations.confirm()) this.#options.onDelivered(item, nowMs);
  }

  /** Without waiting for a pong: what a ping covers, then what has been sent since. */
  #confirmAll(): void {
    this.#confirm();
    if (this.#confirmations.pingDue()) this.#confirm();
  }
}

/** Payload of the pings that confirm events; the others have none. */
const CONFIRM = Buffer.from('confirm');
const MIN_PING_GAP_MS = 20;
const NO_PONG_MS = 10_000;

const PING_EVERY_MS = 10_000;
/** As long as uvicorn's own `ws_ping_interval` plus half of its `ws_ping_timeout`. */
const DEAD_AFTER_MS = 30_000;

const MAX_UNCONFIRMED_EVENTS = 4096;
const MAX_UNCONFIRMED_BYTES = 16 * 1024 * 1024;
