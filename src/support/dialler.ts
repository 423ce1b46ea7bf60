import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import { answerPings } from './answer-pings.ts';
import { Backoff } from './backoff.ts';
import { steadyNow } from './clock.ts';
import { readFairly } from './fair-reads.ts';
import { describeNetworkError } from './network-error.ts';
import { watchParts } from './partial-messages.ts';
import { text, type Words } from './text.ts';

export interface DiallerOptions {
  /** Longest wait between two tries. Default 30 s. */
  readonly maxWaitMs?: number;
  /** Begins to connect. */
  readonly dial: () => WebSocket;
  /** The connection is open; what is under it, to write many frames at once. */
  readonly onOpen: (socket: WebSocket, transport: Socket) => void;
  /**
   * An open connection has closed or is about to close: send nothing more. `loss` is given when the bridge did not
   * close it.
   */
  readonly onDown: (loss?: { readonly code: number; readonly reason: string }) => void;
  /** The peer has closed it; the next try is under way. */
  readonly onLost: (code: number, reason: string) => void;
  /** Called each time that a connection could not be made. */
  readonly onFailed?: (error: unknown) => void;
  /** The first failure in a row. */
  readonly onUnreachable: (reason: Words) => void;
}

/** Each state owns its socket and its timer. */
type State =
  | { readonly kind: 'stopped' }
  | { readonly kind: 'connecting'; readonly socket: WebSocket }
  | { readonly kind: 'up'; readonly socket: WebSocket; readonly stable: NodeJS.Timeout }
  | { readonly kind: 'waiting'; readonly timer: NodeJS.Timeout; readonly nextTryAt: number }
  | { readonly kind: 'closing'; readonly socket: WebSocket; readonly next: 'dial' | 'stop' };

export interface DialStatus {
  readonly state: State['kind'];
  /** When it came into that state, milliseconds since the epoch. */
  readonly since: number;
  /** The last failure in words, while the connection is not up. */
  readonly lastError?: Words;
  /** When the next try is due, milliseconds since the epoch, in state `waiting`. */
  readonly nextTryAt?: number;
}

/**
 * Keeps one WebSocket to a peer: dialled, lost, waited for, dialled again. There is never more than one: the old one's
 * close is awaited before a new one is opened.
 */
export class Dialler {
  readonly #options: DiallerOptions;
  readonly #backoff: Backoff;
  #state: State = { kind: 'stopped' };
  #since = steadyNow();
  #lastError: Words | undefined;
  /** The error of the current try. */
  #error: unknown;
  /** The first failure of a row is told, then only its end. */
  #toldUnreachable = false;
  #stopped: (() => void)[] = [];

  constructor(options: DiallerOptions) {
    this.#options = options;
    this.#backoff = new Backoff(options.maxWaitMs === undefined ? {} : { maxMs: options.maxWaitMs });
  }

  get isUp(): boolean {
    return this.#state.kind === 'up';
  }

  /** Dials, unless the connection is up or on its way. */
  start(): void {
    if (this.#state.kind === 'stopped') this.#dial();
    else if (this.#state.kind === 'closing') this.#setState({ ...this.#state, next: 'dial' });
  }

  /** If the dialler waits for the next try, dials at once. */
  retry(): void {
    if (this.#state.kind !== 'waiting') return;
    this.#backoff.reset();
    this.#dial();
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

  status(): DialStatus {
    const { kind } = this.#state;
    return {
      state: kind,
      since: this.#since,
      ...(this.#lastError === undefined || kind === 'up' ? {} : { lastError: this.#lastError }),
      ...(this.#state.kind === 'waiting' ? { nextTryAt: this.#state.nextTryAt } : {}),
    };
  }

  #dial(): void {
    const socket = this.#options.dial();
    this.#error = undefined;
    this.#setState({ kind: 'connecting', socket });
    socket.on('upgrade', ({ socket: transport }) => socket.on('open', () => this.#onOpen(socket, transport)));
    socket.on('error', (error) => {
      this.#error = error;
      this.#lastError = describeNetworkError(error);
    });
    socket.on('close', (code, reason) => this.#onClose(socket, code, reason.toString()));
  }

  #onOpen(socket: WebSocket, transport: Socket): void {
    // Closing begins with `close()`, which a handshake that ends at this moment does not hear of.
    if (this.#state.kind !== 'connecting') return;
    this.#toldUnreachable = false;
    const stable = setTimeout(() => this.#backoff.reset(), STABLE_MS).unref();
    this.#setState({ kind: 'up', socket, stable });
    watchParts(socket, transport);
    answerPings(socket);
    readFairly(socket);
    this.#options.onOpen(socket, transport);
  }

  #onClose(socket: WebSocket, code: number, reason: string): void {
    const state = this.#state;
    if (state.kind === 'up') {
      this.#options.onDown({ code, reason });
      this.#lastError = text`the peer closed the link (${reason === '' ? code : `${code} ${reason}`})`;
      this.#options.onLost(code, reason);
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
    if (this.#state.kind === 'connecting') this.#options.onFailed?.(this.#error);
    if (this.#state.kind === 'connecting' && !this.#toldUnreachable) {
      this.#toldUnreachable = true;
      this.#options.onUnreachable(this.#lastError ?? text`the connection was closed`);
    }
    const timer = setTimeout(() => this.#dial(), waitMs);
    this.#setState({ kind: 'waiting', timer, nextTryAt: steadyNow() + waitMs });
  }

  #close(socket: WebSocket, next: 'dial' | 'stop'): void {
    if (this.#state.kind === 'up') this.#options.onDown();
    this.#setState({ kind: 'closing', socket, next });
    socket.close(next === 'dial' ? 1000 : 1001, 'the bridge closes this link');
  }

  #setState(next: State): void {
    const before = this.#state;
    if (before.kind === 'waiting') clearTimeout(before.timer);
    if (before.kind === 'up') clearTimeout(before.stable);
    if (before.kind !== next.kind) this.#since = steadyNow();
    this.#state = next;
    if (next.kind !== 'stopped') return;
    for (const resolve of this.#stopped.splice(0)) resolve();
  }
}

/** A link that held so long begins with a short wait again when it is lost. */
const STABLE_MS = 10_000;
