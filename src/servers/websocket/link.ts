import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import type { Caller } from '../../calls/types.ts';
import type { WebSocketServerConfig } from '../../config/types.ts';
import type { LogCursor } from '../../log/types.ts';
import type { OneBotEvent } from '../../onebot/bot-frame.ts';
import { Backoff } from '../../support/backoff.ts';
import type { Logger } from '../../support/logger.ts';
import { describeNetworkError } from '../../support/network-error.ts';
import type { DeliveryCounter } from '../delivery-counter.ts';
import type { LinkStatus } from '../types.ts';
import type { WorkerContext } from '../worker-context.ts';
import { dial } from './dial.ts';
import { LinkTraffic } from './link-traffic.ts';

export interface LinkOptions {
  readonly config: WebSocketServerConfig;
  readonly cursor: LogCursor;
  readonly counter: DeliveryCounter;
  readonly context: WorkerContext;
}

/** Each state owns its socket and its timer. */
type State =
  | { readonly kind: 'stopped' }
  | { readonly kind: 'connecting'; readonly socket: WebSocket }
  | { readonly kind: 'up'; readonly socket: WebSocket; readonly traffic: LinkTraffic; readonly stable: NodeJS.Timeout }
  | { readonly kind: 'waiting'; readonly timer: NodeJS.Timeout; readonly nextTryAt: number }
  | { readonly kind: 'closing'; readonly socket: WebSocket; readonly next: 'dial' | 'stop' };

/**
 * The connection between one bot and one server, kept up: dialled, lost, waited for, dialled again.
 *
 * There is never more than one socket. The old one's close is awaited before a new one is opened: aiocqhttp and
 * ZeroBot unregister the bot when the old one closes, NoneBot2 refuses a second one (wire.md, section 4, rule 5).
 */
export class Link {
  readonly #selfId: string;
  readonly #options: LinkOptions;
  readonly #logger: Logger;
  readonly #backoff = new Backoff();
  readonly #caller: Caller;
  #state: State = { kind: 'stopped' };
  #since = Date.now();
  #lastError: string | undefined;
  /** The first failure of a row is logged, then only its end. */
  #toldUnreachable = false;
  #paused = false;
  #stopped: (() => void)[] = [];

  constructor(selfId: string, options: LinkOptions) {
    this.#selfId = selfId;
    this.#options = options;
    this.#logger = options.context.logger.child({ bot: selfId });
    this.#caller = {
      server: options.config.name,
      timeoutMs: options.config.callTimeoutMs,
      bots: options.config.bots,
      actions: options.config.actions,
      reply: (frame) => {
        if (this.#state.kind === 'up') this.#state.traffic.reply(frame);
      },
    };
  }

  /** Dials, unless the link is up or on its way. */
  start(): void {
    if (this.#state.kind === 'stopped') this.#dial();
    else if (this.#state.kind === 'closing') this.#setState({ ...this.#state, next: 'dial' });
  }

  /** Drops what connection there is and dials at once. */
  reconnect(): void {
    this.#backoff.reset();
    if (this.#state.kind === 'waiting') this.#dial();
    else if (this.#state.kind === 'up' || this.#state.kind === 'connecting') this.#close(this.#state.socket, 'dial');
  }

  /** Closes; settles when the socket is closed. */
  async stop(): Promise<void> {
    if (this.#state.kind === 'stopped') return;
    const stopped = new Promise<void>((resolve) => this.#stopped.push(resolve));
    if (this.#state.kind === 'waiting') this.#setState({ kind: 'stopped' });
    else if (this.#state.kind === 'closing') this.#setState({ ...this.#state, next: 'stop' });
    else this.#close(this.#state.socket, 'stop');
    await stopped;
  }

  /** Holds events back, or lets them go again. */
  setPaused(paused: boolean): void {
    this.#paused = paused;
    if (this.#state.kind === 'up') this.#state.traffic.setPaused(paused);
  }

  relay(event: OneBotEvent): void {
    if (this.#state.kind === 'up') this.#state.traffic.relay(event);
  }

  get cursor(): LogCursor {
    return this.#options.cursor;
  }

  get settled(): boolean {
    return this.#state.kind !== 'up' || this.#paused || this.cursor.waitingEvents === 0;
  }

  status(): LinkStatus {
    const { cursor, context } = this.#options;
    return {
      selfId: this.#selfId,
      state: this.#state.kind,
      since: this.#since,
      queuedEvents: cursor.waitingEvents,
      queuedBytes: cursor.waitingBytes,
      ...(cursor.oldestAt === undefined ? {} : { oldestAt: cursor.oldestAt }),
      inFlight: context.calls.underWay(this.#caller),
      ...(this.#lastError === undefined || this.#state.kind === 'up' ? {} : { lastError: this.#lastError }),
      ...(this.#state.kind === 'waiting' ? { nextTryAt: this.#state.nextTryAt } : {}),
    };
  }

  #dial(): void {
    const { config, context } = this.#options;
    const socket = dial({ config, selfId: this.#selfId, userAgent: context.userAgent });
    this.#setState({ kind: 'connecting', socket });
    socket.on('upgrade', ({ socket: transport }) => socket.on('open', () => this.#onOpen(socket, transport)));
    socket.on('error', (error) => {
      this.#lastError = describeNetworkError(error);
    });
    socket.on('close', (code, reason) => this.#onClose(socket, code, reason.toString()));
  }

  #onOpen(socket: WebSocket, transport: Socket): void {
    // Closing begins with `close()`, which a handshake that ends at this moment does not hear of.
    if (this.#state.kind !== 'connecting') return;
    this.#toldUnreachable = false;
    this.#logger.info('connected to a server');
    const { config, cursor, counter, context } = this.#options;
    const traffic = new LinkTraffic(socket, {
      transport,
      rounds: context.rounds,
      selfId: this.#selfId,
      config,
      cursor,
      counter,
      caller: this.#caller,
      calls: context.calls,
      onDelivered: context.onDelivered,
      logger: this.#logger,
    });
    const stable = setTimeout(() => this.#backoff.reset(), STABLE_MS).unref();
    this.#setState({ kind: 'up', socket, traffic, stable });
    traffic.start(this.#paused);
  }

  #onClose(socket: WebSocket, code: number, reason: string): void {
    const state = this.#state;
    if (state.kind === 'up') {
      state.traffic.stop();
      this.#lastError = `the server closed the link (${code}${reason === '' ? '' : ` ${reason}`})`;
      this.#logger.info('a server link is lost, the bridge dials again', { code, reason });
    }
    if (state.kind === 'closing') {
      if (state.next === 'dial') this.#dial();
      else this.#setState({ kind: 'stopped' });
    } else if ('socket' in state && state.socket === socket) {
      this.#wait();
    }
  }

  #wait(): void {
    const waitMs = this.#backoff.next();
    if (this.#state.kind === 'connecting' && !this.#toldUnreachable) {
      this.#toldUnreachable = true;
      const reason = this.#lastError ?? 'the connection was closed';
      this.#logger.warn('a server can not be connected, the bridge goes on trying', {
        url: this.#options.config.url,
        reason,
      });
    }
    const timer = setTimeout(() => this.#dial(), waitMs);
    this.#setState({ kind: 'waiting', timer, nextTryAt: Date.now() + waitMs });
  }

  #close(socket: WebSocket, next: 'dial' | 'stop'): void {
    if (this.#state.kind === 'up') this.#state.traffic.stop();
    this.#setState({ kind: 'closing', socket, next });
    socket.close(next === 'dial' ? 1000 : 1001, 'the bridge closes this link');
  }

  #setState(next: State): void {
    const before = this.#state;
    if (before.kind === 'waiting') clearTimeout(before.timer);
    if (before.kind === 'up') clearTimeout(before.stable);
    if (before.kind !== next.kind) this.#since = Date.now();
    this.#state = next;
    if (next.kind !== 'stopped') return;
    for (const resolve of this.#stopped.splice(0)) resolve();
  }
}

/** A link that held so long begins with a short wait again when it is lost. */
const STABLE_MS = 10_000;
