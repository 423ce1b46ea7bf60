import type { Socket } from 'node:net';
import { type RawData, WebSocket } from 'ws';
import type { Caller } from '../../calls/types.ts';
import type { WebSocketServerConfig } from '../../config/types.ts';
import type { LogCursor, LogEntry } from '../../log/types.ts';
import type { OneBotEvent } from '../../onebot/bot-frame.ts';
import { lifecycleEvent } from '../../onebot/lifecycle.ts';
import type { Logger } from '../../support/logger.ts';
import { text } from '../../support/text.ts';
import { AnswerSender } from '../answer-sender.ts';
import type { Deliveries } from '../delivery/deliveries.ts';
import { PongWatch } from '../pong-watch.ts';
import type { CallTaker } from '../types.ts';
import type { Flushable, FlushRounds } from './flush-rounds.ts';
import { FrameBatch } from './frame-batch.ts';
import type { SendRound } from './send-round.ts';

export interface LinkTrafficOptions {
  /** The connection under the WebSocket, to write many frames at once. */
  readonly transport: Socket;
  readonly rounds: FlushRounds;
  readonly selfId: string;
  readonly config: WebSocketServerConfig;
  readonly cursor: LogCursor;
  readonly deliveries: Deliveries;
  readonly caller: Caller;
  readonly calls: CallTaker;
  readonly logger: Logger;
}

/**
 * What passes over one open connection: the lifecycle frame, then events from the cursor, calls and answers.
 * What is unconfirmed when the connection breaks stays in the log and is sent again on the next one.
 */
export class LinkTraffic implements Flushable {
  readonly #socket: WebSocket;
  readonly #options: LinkTrafficOptions;
  readonly #watch: PongWatch<LogEntry>;
  readonly #batch: FrameBatch;
  readonly #answers: AnswerSender;
  #flushQueued = false;
  #paused = false;
  #stopped = false;

  constructor(socket: WebSocket, options: LinkTrafficOptions) {
    this.#socket = socket;
    this.#options = options;
    this.#batch = new FrameBatch(options.deliveries.form.suffix);
    this.#answers = new AnswerSender(socket, options.transport, options.logger);
    this.#watch = new PongWatch(socket, {
      onDelivered: (entry, nowMs) => this.#delivered(entry, nowMs),
      onConfirmed: () => {
        if (this.#watch.isWaiting || options.cursor.readable) this.#queueFlush();
      },
      logger: options.logger,
    });
  }

  /** @param paused Whether events are held back for now. */
  start(paused: boolean): void {
    this.#paused = paused;
    const { selfId, cursor } = this.#options;
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
    const { cursor, calls, caller, deliveries } = this.#options;
    for (const entry of this.#watch.stop()) deliveries.unconfirmed(entry, text`the connection broke`);
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
    if (!this.#stopped) this.#answers.send(frame);
  }

  #onMessage(data: RawData): void {
    this.#watch.heard();
    if (this.#stopped) return;
    const { calls, caller, deliveries, selfId } = this.#options;
    deliveries.counter.calls += 1;
    calls.place(caller, selfId, data as Buffer);
  }

  /** Sends what the log has for this server, as far as the socket keeps up: all in one write. */
  flush(round: SendRound): void {
    this.#flushQueued = false;
    if (this.#stopped || this.#socket.readyState !== WebSocket.OPEN) return;
    const { cursor, config, deliveries, transport } = this.#options;
    const mayRepeat = config.delivery === 'at_least_once';
    while (this.#mayRead()) {
      const entry = cursor.take(round.beganAt);
      if (entry === undefined) break;
      const body = deliveries.body(cursor, entry);
      if (body === undefined) continue;
      this.#batch.add(round.bodies.of(body));
      if (mayRepeat) this.#watch.sent(entry);
      else this.#delivered(entry, round.beganAt);
    }
    // What has come since the round began: nobody will say again that it is there.
    if (cursor.readable && this.#mayRead()) this.#queueFlush();
    this.#batch.writeTo(transport, { round, writeBehind: this.#ask, onWritten: this.#onSent });
  }

  flushFailed(error: unknown): void {
    this.#options.logger.error('a link is cut because of an error of the bridge', { error });
    this.#socket.terminate();
  }

  #queueFlush(): void {
    if (this.#flushQueued || this.#stopped) return;
    this.#flushQueued = true;
    this.#options.rounds.add(this);
  }

  /** Not while the socket is behind or too much is unconfirmed; both queue a flush when they clear. */
  #mayRead(): boolean {
    if (this.#paused || !this.#watch.hasRoom) return false;
    return this.#socket.bufferedAmount + this.#batch.bytes <= HIGH_WATER_BYTES;
  }

  /** A lifecycle or heartbeat event. */
  #send(event: OneBotEvent): void {
    this.#socket.send(this.#options.deliveries.form.payload(event), AS_TEXT);
  }

  /** Bound once, so that a flush makes no closure. */
  readonly #ask = (): void => this.#watch.ask();

  readonly #onSent = (): void => {
    if (this.#options.cursor.readable) this.#queueFlush();
  };

  #delivered(entry: LogEntry, nowMs: number): void {
    const { cursor, deliveries } = this.#options;
    deliveries.delivered(cursor, entry, nowMs);
  }
}

const AS_TEXT = { binary: false } as const;

/** Bytes in the socket past which the log is not read on, until they have left. */
const HIGH_WATER_BYTES = 1024 * 1024;
