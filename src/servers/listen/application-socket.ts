import { type RawData, WebSocket } from 'ws';
import type { ServerConfig } from '../../config/types.ts';
import type { ApplicationPeer } from '../../port/types.ts';
import { steadyNow } from '../../support/clock.ts';
import type { Logger } from '../../support/logger.ts';
import { describeNetworkError } from '../../support/network-error.ts';
import { AnswerSender } from '../answer-sender.ts';
import { TOO_LARGE } from '../delivery/deliveries.ts';
import type { OtherFrame } from '../delivery/largest-frame.ts';
import { PongWatch } from '../pong-watch.ts';
import { ServerCaller } from '../server-caller.ts';
import type { CallTaker } from '../types.ts';
import type { BotChannel } from './bot-channel.ts';
import type { ApplicationConnection, ConnectionOwner } from './connection.ts';
import type { SharedDelivery } from './shared-delivery.ts';

export interface ApplicationSocketOptions extends ConnectionOwner {
  readonly calls: CallTaker;
  /**
   * The config of the application's server now, which a reload may change. Undefined for an application that is no
   * server.
   */
  readonly config: () => ServerConfig | undefined;
  readonly onCall: () => void;
  /** The connection has closed because of a too large frame that is not an event under way. */
  readonly onTooLarge: (frame: OtherFrame) => void;
  readonly logger: Logger;
}

/**
 * A forward WebSocket (OneBot 11, `communication/ws.md`): an application that dialled the port. On `/api` it makes calls, on
 * `/event` it gets events, on `/` both.
 */
export class ApplicationSocket implements ApplicationConnection {
  readonly kind = 'forward-ws';
  readonly since = steadyNow();
  readonly peer: ApplicationPeer;
  readonly #socket: WebSocket;
  readonly #options: ApplicationSocketOptions;
  readonly #watch: PongWatch<SharedDelivery>;
  readonly #caller: ServerCaller;
  readonly #answers: AnswerSender;
  /** The bridge has closed the connection. */
  #isOwnEnd = false;
  /** The peer has sent an invalid frame or one that is too large. */
  #isPeerFault = false;
  #isBlocked = false;
  #isCorked = false;
  readonly #closed: Promise<void>;

  constructor(socket: WebSocket, peer: ApplicationPeer, options: ApplicationSocketOptions) {
    this.peer = peer;
    this.#socket = socket;
    this.#options = options;
    const { logger } = options;
    this.#answers = new AnswerSender(socket, peer.transport, logger);
    this.#caller = new ServerCaller(options.config, (frame, action) => {
      this.#watch.sentAnswer(frame.length, action);
      this.#answers.send(frame);
    });
    this.#watch = new PongWatch(socket, {
      onDelivered: (delivery, nowMs) => this.#confirm(delivery, nowMs, !this.#watch.neverConfirms),
      onConfirmed: () => {
        this.#watch.ask();
        options.onRoom();
      },
      logger,
    });
    socket.on('message', (data) => this.#onMessage(data));
    socket.on('error', (error) => {
      this.#isPeerFault = true;
      logger.warn('an application link has a fault', { reason: describeNetworkError(error) });
    });
    this.#closed = new Promise((resolve) => {
      socket.on('close', (code, reason) => {
        this.#onClose(code, reason.toString());
        resolve();
      });
    });
  }

  get underWay(): number {
    return this.#options.calls.underWay(this.#caller);
  }

  isReady(): boolean {
    const isOpen = this.#socket.readyState === WebSocket.OPEN;
    const isReady = isOpen && this.#watch.hasRoom && this.#socket.bufferedAmount <= HIGH_WATER_BYTES;
    this.#isBlocked = !isReady;
    return isReady;
  }

  send(payload: Buffer, delivery: SharedDelivery): void {
    if (!this.#isCorked) {
      // One write for all frames of a burst and the ping behind them.
      this.#isCorked = true;
      this.peer.transport.cork();
    }
    const mayRepeat = this.peer.server?.delivery === 'at_least_once';
    if (mayRepeat) this.#watch.sent(delivery);
    this.#socket.send(payload, AS_TEXT, this.#onSent);
    if (!mayRepeat) this.#confirm(delivery, steadyNow(), false);
  }

  isProven(): boolean {
    this.#watch.prove();
    return this.#watch.isProven;
  }

  flushed(): void {
    this.#watch.ask();
    this.#isCorked = false;
    this.peer.transport.uncork();
  }

  relay(payload: Buffer): void {
    if (this.#socket.readyState === WebSocket.OPEN && this.#socket.bufferedAmount <= HIGH_WATER_BYTES) {
      this.#watch.sentOther(payload.length);
      this.#socket.send(payload, AS_TEXT);
    }
  }

  cut(): void {
    this.#socket.terminate();
  }

  async close(reason: string): Promise<void> {
    this.#isOwnEnd = true;
    this.#socket.close(GOING_AWAY, reason);
    await this.#closed;
  }

  #onMessage(data: RawData): void {
    this.#watch.heard();
    const { role, selfId } = this.peer;
    if (role === 'Event') {
      this.#options.logger.debug('a frame on an event link is passed over', { remote: this.peer.remote });
      return;
    }
    this.#options.onCall();
    this.#options.calls.place(this.#caller, selfId, data as Buffer);
  }

  #confirm(delivery: SharedDelivery, nowMs: number, isConfirmed: boolean): void {
    if (!isConfirmed && !delivery.isDelivered) this.#watch.sentOther(delivery.frameBytes, delivery.entry);
    delivery.confirm(nowMs, isConfirmed);
  }

  #onClose(code: number, reason: string): void {
    const isOwn = this.#isOwnEnd || this.#answers.hasCut;
    const loss = isOwn ? undefined : { code, reason, isSilence: this.#watch.isSilent };
    const unconfirmed = this.#watch.stop();
    const isTooLarge = loss?.code === TOO_LARGE && !this.#isPeerFault;
    if (isTooLarge) this.#markTooLarge(unconfirmed);
    const returned = new Map<BotChannel, SharedDelivery[]>();
    for (const delivery of unconfirmed) {
      if (!delivery.letGo()) continue;
      const ofChannel = returned.get(delivery.channel) ?? [];
      ofChannel.push(delivery);
      returned.set(delivery.channel, ofChannel);
    }
    for (const [channel, deliveries] of returned) channel.returned(deliveries, isTooLarge ? undefined : loss);
    this.#options.calls.callerGone(this.#caller);
    this.#options.onClosed(loss?.code);
  }

  /** Marks the frame that was too large for the peer: the largest that it had not confirmed. */
  #markTooLarge(unconfirmed: readonly SharedDelivery[]): void {
    let largest: SharedDelivery | undefined;
    for (const delivery of unconfirmed) {
      if (delivery.frameBytes > (largest?.frameBytes ?? 0)) largest = delivery;
    }
    const other = this.#watch.largestOther;
    if (other !== undefined && other.bytes > (largest?.frameBytes ?? 0)) this.#options.onTooLarge(other);
    else if (largest !== undefined) largest.isTooLarge = true;
  }

  /** One closure for all events. */
  readonly #onSent = (): void => {
    if (this.#isBlocked) this.#options.onRoom();
  };
}

const GOING_AWAY = 1001;
const AS_TEXT = { binary: false } as const;

/** Bytes in the socket past which the log is not read on, until they have left. */
const HIGH_WATER_BYTES = 1024 * 1024;
