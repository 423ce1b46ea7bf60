import type { Socket } from 'node:net';
import { type RawData, WebSocket } from 'ws';
import type { Caller } from '../../calls/types.ts';
import type { WebSocketServerConfig } from '../../config/types.ts';
import type { LogCursor, LogEntry } from '../../log/types.ts';
import type { OneBotEvent } from '../../onebot/bot-frame.ts';
import { EventTag } from '../../onebot/event-tag.ts';
import { lifecycleEvent } from '../../onebot/lifecycle.ts';
import { inFormat } from '../../onebot/message-form.ts';
import { steadyNow } from '../../support/clock.ts';
import { Liveness } from '../../support/liveness.ts';
import type { Logger } from '../../support/logger.ts';
import type { DeliveryCounter } from '../delivery-counter.ts';
import type { CallTaker } from '../types.ts';
import { Confirmations } from './confirmations.ts';
import type { Flushable, FlushRounds } from './flush-rounds.ts';
import { FrameBatch } from './frame-batch.ts';
import type { MaskedBodies } from './masked-bodies.ts';

export interface LinkTrafficOptions {
  /** The connection under the WebSocket, to write many frames at once. */
  readonly transport: Socket;
  readonly rounds: FlushRounds;
  readonly selfId: string;
  readonly config: WebSocketServerConfig;
  readonly cursor: LogCursor;
  readonly counter: DeliveryCounter;
  readonly caller: Caller;
  readonly calls: CallTaker;
  readonly onDelivered: (server: string, event: OneBotEvent) => void;
  readonly logger: Logger;
}

/**
 * What passes over one open connection: the lifecycle frame, then events from the cursor, calls and answers.
 *
 * An event counts as delivered when a pong shows that the peer has handled it; what is unconfirmed when the
 * connection breaks stays in the log and is sent again on the next one. A peer that has never answered a ping is
 * served with best effort: sent is delivered.
 */
export class LinkTraffic implements Flushable {
  readonly #socket: WebSocket;
  readonly #options: LinkTrafficOptions;
  readonly #tag: EventTag | undefined;
  readonly #confirmations = new Confirmations();
  readonly #batch: FrameBatch;
  #liveness: Liveness | undefined;
  #pingTimer: NodeJS.Timeout | undefined;
  #pongTimer: NodeJS.Timeout | undefined;
  #lastPingAt = 0;
  /** Only where a pong has come before does a missing one mean a broken link. */
  #peer: 'untried' | 'pongs' | 'never-pongs' = 'untried';
  #flushQueued = false;
  #paused = false;
  #stopped = false;

  constructor(socket: WebSocket, options: LinkTrafficOptions) {
    this.#socket = socket;
    this.#options = options;
    this.#tag = options.config.tag ? new EventTag(options.config.name) : undefined;
    this.#batch = new FrameBatch(this.#tag?.suffix ?? NO_SUFFIX);
  }

  /** @param paused Whether events are held back for now. */
  start(paused: boolean): void {
    this.#paused = paused;
    const { selfId, cursor } = this.#options;
    this.#liveness = new Liveness(
      { ping: () => this.#pingForLife() },
      {
        pingEveryMs: PING_EVERY_MS,
        deadAfterMs: DEAD_AFTER_MS,
        onDead: () => this.#onDead(),
      },
    );
    this.#socket.on('pong', (data) => this.#onPong(data));
    this.#socket.on('ping', () => this.#liveness?.heard());
    this.#socket.on('message', (data) => this.#onMessage(data));
    this.#send(lifecycleEvent(selfId, 'connect', Date.now()));
    cursor.rewind();
    cursor.setReader(() => this.#queueFlush());
    this.#queueFlush();
  }

  /** The connection is closed or about to be: nothing more is read or sent. */
  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#liveness?.stop();
    clearTimeout(this.#pingTimer);
    clearTimeout(this.#pongTimer);
    const { cursor, calls, caller } = this.#options;
    cursor.setReader(undefined);
    cursor.rewind();
    calls.callerGone(caller);
  }

  setPaused(paused: boolean): void {
    this.#paused = paused;
    this.#queueFlush();
  }

  /** Passes a lifecycle or heartbeat event on; dropped where the peer is slow to read. */
  relay(event: OneBotEvent): void {
    if (!this.#stopped && this.#socket.bufferedAmount <= HIGH_WATER_BYTES) this.#send(event);
  }

  /** Sends the answer to a call. */
  reply(frame: Buffer): void {
    if (this.#stopped || this.#socket.readyState !== WebSocket.OPEN) return;
    if (this.#socket.bufferedAmount > MAX_BUFFERED_BYTES) {
      this.#options.logger.warn('a server makes calls but does not read the answers: its link is cut');
      this.#socket.terminate();
      return;
    }
    this.#socket.send(frame, AS_TEXT);
  }

  #onMessage(data: RawData): void {
    this.#liveness?.heard();
    if (this.#stopped) return;
    const { calls, caller, counter, selfId } = this.#options;
    counter.calls += 1;
    calls.place(caller, selfId, data as Buffer);
  }

  /** Sends what the log has for this server, as far as the socket keeps up: all in one write. */
  flush(bodies: MaskedBodies): void {
    this.#flushQueued = false;
    if (this.#stopped || this.#socket.readyState !== WebSocket.OPEN) return;
    const { cursor, logger, config, transport } = this.#options;
    const mayRepeat = config.delivery === 'at_least_once';
    const nowMs = steadyNow();
    while (this.#mayRead()) {
      const entry = cursor.take(nowMs);
      if (entry === undefined) break;
      const event = inFormat(entry.event, config.messageFormat);
      this.#batch.add(bodies.of(this.#tag === undefined ? event.bytes : event.taggable));
      if (mayRepeat) this.#confirmations.sent(entry);
      else this.#delivered(entry);
      if (logger.debugEnabled) logger.debug('event sent', { sequence: entry.sequence });
    }
    // With the ping behind it, since each write costs a system call, most of what an event costs.
    transport.cork();
    this.#batch.writeTo(transport, this.#onSent);
    if (this.#peer === 'never-pongs') this.#confirmAll();
    else this.#pingIfDue();
    transport.uncork();
  }

  #queueFlush(): void {
    if (this.#flushQueued || this.#stopped) return;
    this.#flushQueued = true;
    this.#options.rounds.add(this);
  }

  /** Not while the socket is behind or too much is unconfirmed; both queue a flush when they clear. */
  #mayRead(): boolean {
    if (this.#paused) return false;
    if (this.#confirmations.events >= MAX_UNCONFIRMED_EVENTS) return false;
    if (this.#confirmations.bytes >= MAX_UNCONFIRMED_BYTES) return false;
    return this.#socket.bufferedAmount + this.#batch.bytes <= HIGH_WATER_BYTES;
  }

  /** A lifecycle or heartbeat event. */
  #send(event: OneBotEvent): void {
    this.#socket.send(this.#tag === undefined ? event.bytes : this.#tag.apply(event), AS_TEXT);
  }

  /** One closure for all batches. */
  readonly #onSent = (): void => {
    if (this.#options.cursor.readable) this.#queueFlush();
  };

  #pingIfDue(): void {
    if (this.#stopped || this.#pingTimer !== undefined) return;
    const waitMs = this.#lastPingAt + MIN_PING_GAP_MS - performance.now();
    if (waitMs <= 0) this.#ping();
    else if (this.#confirmations.events > 0) {
      this.#pingTimer = setTimeout(() => {
        this.#pingTimer = undefined;
        this.#ping();
      }, waitMs);
    }
  }

  /** Not while a ping for confirmation is under way: a peer may answer the latest alone (RFC 6455, section 5.5.3). */
  #pingForLife(): void {
    if (!this.#confirmations.pingUnderWay) this.#socket.ping();
  }

  #ping(): void {
    if (!this.#confirmations.pingDue()) return;
    this.#lastPingAt = performance.now();
    this.#socket.ping(CONFIRM);
    if (this.#peer === 'untried') this.#pongTimer ??= setTimeout(() => this.#giveUpPongs(), NO_PONG_MS);
  }

  #onPong(data: Buffer): void {
    this.#liveness?.heard();
    clearTimeout(this.#pongTimer);
    this.#peer = 'pongs';
    if (!data.equals(CONFIRM) || this.#stopped) return;
    this.#confirm();
    // For what was sent after the ping, and for what was held back until something is confirmed.
    if (this.#confirmations.events > 0 || this.#options.cursor.readable) this.#queueFlush();
  }

  #giveUpPongs(): void {
    this.#options.logger.warn('a server answers no pings: what is sent to it counts as delivered');
    this.#peer = 'never-pongs';
    this.#queueFlush();
  }

  #onDead(): void {
    if (this.#peer !== 'pongs') return;
    this.#options.logger.warn('a server is silent and answers no ping any more: its link is cut');
    this.#socket.terminate();
  }

  #confirm(): void {
    for (const entry of this.#confirmations.confirm()) this.#delivered(entry);
  }

  #delivered(entry: LogEntry): void {
    const { cursor, counter, config, onDelivered } = this.#options;
    counter.delivered += 1;
    onDelivered(config.name, entry.event);
    cursor.acknowledge(entry);
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

const NO_SUFFIX = Buffer.alloc(0);
const AS_TEXT = { binary: false } as const;

const PING_EVERY_MS = 10_000;
/** As long as uvicorn's own `ws_ping_interval` plus half of its `ws_ping_timeout`. */
const DEAD_AFTER_MS = 30_000;

/** Bytes in the socket past which the log is not read on, until they have left. */
const HIGH_WATER_BYTES = 1024 * 1024;
const MAX_UNCONFIRMED_EVENTS = 4096;
const MAX_UNCONFIRMED_BYTES = 16 * 1024 * 1024;
/** Answers that may pile up for a peer that doesn't read. */
const MAX_BUFFERED_BYTES = 128 * 1024 * 1024;
