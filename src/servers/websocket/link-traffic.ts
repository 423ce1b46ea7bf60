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
import type { BreakWatch, Loss } from '../delivery/break-watch.ts';
import { type Deliveries, TOO_LARGE } from '../delivery/deliveries.ts';
import { PongWatch } from '../pong-watch.ts';
import type { CallTaker, LinkFacts } from '../types.ts';
import type { Flushable, FlushRounds } from './flush-rounds.ts';
import { FrameBatch } from './frame-batch.ts';
import type { SendRound } from './send-round.ts';

export interface LinkTrafficOptions {
  /** The connection under the WebSocket, to write many frames at once. */
  readonly transport: Socket;
  readonly rounds: FlushRounds;
  readonly selfId: string;
  readonly config: () => WebSocketServerConfig;
  readonly cursor: LogCursor;
  readonly deliveries: Deliveries;
  /** Kept for this server and bot over several links. */
  readonly breaks: BreakWatch;
  readonly facts: Pick<LinkFacts, 'delivered'>;
  readonly caller: Caller;
  readonly calls: CallTaker;
  readonly logger: Logger;
  /** How long a link has to be up before an event is sent with care. */
  readonly settleMs: number;
}

/**
 * What passes over one open connection: the lifecycle frame, then events from the cursor, calls and answers.
 * What is unconfirmed when the connection breaks stays in the log and is sent again on the next one.
 */
export class LinkTraffic implements Flushable {
  readonly #socket: WebSocket;
  readonly #options: LinkTrafficOptions;
  readonly #watch: PongWatch<LogEntry>;
  #batch: FrameBatch;
  readonly #answers: AnswerSender;
  #flushQueued = false;
  /** Runs until the link has been up for a while. Only used while events have to be sent with care. */
  #settling: NodeJS.Timeout | undefined;
  /** The event that was sent with care. */
  #alone: LogEntry | undefined;
  /** The peer has sent an invalid frame or one that is too large. */
  #isPeerFault = false;
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
    const { selfId, cursor, breaks } = this.#options;
    this.#socket.on('message', (data) => this.#onMessage(data));
    // The peer's frame was invalid or too large, and `ws` closes the link.
    this.#socket.on('error', () => {
      this.#isPeerFault = true;
    });
    if (breaks.isCareful) this.#settle();
    this.#send(lifecycleEvent(selfId, 'connect', Date.now()));
    cursor.rewind();
    cursor.setReader(() => this.#queueFlush());
    this.#queueFlush();
  }

  /**
   * The connection has closed or is about to close: nothing more is read or sent. `loss` is given when the bridge did
   * not close it.
   */
  stop(loss?: Pick<Loss, 'code' | 'reason'>): void {
    if (this.#stopped) return;
    this.#stopped = true;
    clearTimeout(this.#settling);
    const { cursor, calls, caller, deliveries } = this.#options;
    const unconfirmed = this.#watch.stop();
    const isOwn = loss === undefined || this.#answers.hasCut;
    const culprit = isOwn ? undefined : this.#findCulprit(unconfirmed, loss);
    for (const entry of unconfirmed) {
      if (entry !== culprit) deliveries.unconfirmed(entry, text`the connection broke`);
    }
    cursor.setReader(undefined);
    cursor.rewind();
    calls.callerGone(caller);
  }

  setPaused(paused: boolean): void {
    this.#paused = paused;
    this.#queueFlush();
  }

  /** The form of the events has changed. The batch is empty between two flushes, so no event gets half of each form. */
  reformed(): void {
    this.#batch = new FrameBatch(this.#options.deliveries.form.suffix);
  }

  /** Passes a lifecycle or heartbeat event on; dropped where the peer is slow to read. */
  relay(event: OneBotEvent): void {
    // While a suspected event is under way nothing else is sent, because it would be suspected too.
    if (this.#stopped || this.#alone !== undefined || this.#socket.bufferedAmount > HIGH_WATER_BYTES) return;
    this.#send(event);
  }

  /** Sends the answer to a call. */
  reply(frame: Buffer, action: string): void {
    if (this.#stopped) return;
    this.#watch.sentAnswer(frame.length, action);
    this.#answers.send(frame);
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
    const { cursor, config, deliveries, breaks, transport } = this.#options;
    const mayRepeat = config().delivery === 'at_least_once';
    while (this.#mayRead()) {
      const entry = cursor.take(round.beganAt);
      if (entry === undefined) break;
      const body = deliveries.body(cursor, entry);
      if (body === undefined) continue;
      if (!deliveries.mayFrame(cursor, entry, body.length + deliveries.form.suffix.length)) continue;
      if (breaks.isCareful) this.#alone = entry;
      breaks.sends(entry);
      if (mayRepeat) this.#watch.sent(entry);
      this.#batch.add(round.bodies.of(body));
      if (!mayRepeat) this.#delivered(entry, round.beganAt);
    }
    // What has come since the round began: nobody will say again that it is there.
    if (cursor.readable && this.#mayRead()) this.#queueFlush();
    this.#batch.writeTo(transport, { round, writeBehind: this.#ask, onWritten: this.#onSent });
  }

  flushFailed(error: unknown): void {
    this.#options.logger.error('a link is cut because of an error of the bridge', { error });
    // Counts as a break of the link: if one event causes the error each time, it must not hold up the others.
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
    if (this.#options.breaks.isCareful && !this.#mayReadOne()) return false;
    return this.#socket.bufferedAmount + this.#batch.bytes <= HIGH_WATER_BYTES;
  }

  /** Whether one event may be sent with care: the link is known to work, and no other event is under way on it. */
  #mayReadOne(): boolean {
    this.#watch.prove();
    return this.#settling === undefined && this.#watch.isProven && !this.#watch.isWaiting && this.#batch.bytes === 0;
  }

  #settle(): void {
    this.#settling = setTimeout(() => {
      this.#settling = undefined;
      this.#queueFlush();
    }, this.#options.settleMs);
  }

  /** Finds the event because of which the peer ended the link, if it is certain. That event becomes a dead letter. */
  #findCulprit(
    unconfirmed: readonly LogEntry[],
    { code, reason }: Pick<Loss, 'code' | 'reason'>,
  ): LogEntry | undefined {
    const { cursor, deliveries, breaks } = this.#options;
    if (code === TOO_LARGE && !this.#isPeerFault) return this.#findTooLarge(unconfirmed);
    const loss = { code, reason, isSilence: this.#watch.isSilent };
    const wasAlone = unconfirmed.length === 1 && unconfirmed[0] === this.#alone;
    const culprit = breaks.broke(unconfirmed, loss, wasAlone);
    if (culprit !== undefined) deliveries.breaksLink(cursor, culprit, loss);
    return culprit;
  }

  #findTooLarge(unconfirmed: readonly LogEntry[]): LogEntry | undefined {
    const { cursor, deliveries } = this.#options;
    let largest: LogEntry | undefined;
    let largestBytes = 0;
    for (const entry of unconfirmed) {
      const bytes = deliveries.form.frameBytes(entry.event);
      if (bytes > largestBytes) [largest, largestBytes] = [entry, bytes];
    }
    const other = this.#watch.largestOther;
    if (other !== undefined && other.bytes > largestBytes) deliveries.otherTooLarge(other);
    else if (largest !== undefined) deliveries.tooLarge(cursor, largest, largestBytes);
    return other !== undefined && other.bytes > largestBytes ? undefined : largest;
  }

  /** A lifecycle or heartbeat event. */
  #send(event: OneBotEvent): void {
    const payload = this.#options.deliveries.form.payload(event);
    this.#watch.sentOther(payload.length);
    this.#socket.send(payload, AS_TEXT);
  }

  /** Bound once, so that a flush allocates no closure. */
  readonly #ask = (): void => this.#watch.ask();

  readonly #onSent = (): void => {
    if (this.#options.cursor.readable) this.#queueFlush();
  };

  #delivered(entry: LogEntry, nowMs: number): void {
    const { cursor, deliveries, facts, config } = this.#options;
    const isConfirmed = config().delivery === 'at_least_once' && !this.#watch.neverConfirms;
    if (isConfirmed) deliveries.confirmed(entry);
    else this.#watch.sentOther(entry.byteLength + deliveries.form.suffix.length, entry);
    if (entry === this.#alone) this.#alone = undefined;
    deliveries.delivered(cursor, entry, nowMs);
    facts.delivered();
  }
}

const AS_TEXT = { binary: false } as const;

/** Bytes in the socket past which the log is not read on, until they have left. */
const HIGH_WATER_BYTES = 1024 * 1024;
