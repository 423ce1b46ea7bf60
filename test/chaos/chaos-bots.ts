import { Agent, request } from 'node:http';
import { request as requestSecurely, Agent as SecureAgent } from 'node:https';
import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { numberedEvent } from './numbered-event.ts';

/** Hears of each event that a bot sends. */
export interface ChaosWitness {
  /** The event is about to be sent. */
  sending?(selfId: string, n: number): void;
  /** The event has to arrive. */
  promise(selfId: string, n: number): void;
}

/** What a bot needs now to connect to the port of the bridge. A reload changes it. */
export interface PortAccess {
  isSecure: boolean;
  token: string | undefined;
}

export interface ChaosBotOptions {
  readonly selfId: string;
  readonly port: number;
  readonly oracle: ChaosWitness;
  /** Events per second. */
  readonly rate: number;
  /** Default: no TLS and no token. */
  readonly access?: PortAccess;
}

/** A bot of the chaos run. */
export interface ChaosBot {
  /** Sends events until {@link pause}. */
  resume(): void;
  /** Settles when nothing of it is under way. */
  pause(): Promise<void>;
  /** Breaks its connection; it comes back by itself. */
  drop(): void;
  /** The bridge has been killed. */
  bridgeKilled(): void;
  /** Promises to the oracle what must arrive now that the round is over without a kill since. */
  settle(): Promise<void>;
  stop(): Promise<void>;
  /** Events sent. */
  readonly sent: number;
}

/** Reports by HTTP, one event after the other. What is answered 204 is promised; what is not, may arrive or not. */
export class ReportingBot implements ChaosBot {
  readonly #options: ChaosBotOptions;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });
  readonly #secureAgent = new SecureAgent({ keepAlive: true, maxSockets: 1, rejectUnauthorized: false });
  #sending: Promise<void> | undefined;
  #isPaused = true;
  sent = 0;
  /** Answers that were no 204, by status; 0 for none at all. */
  readonly refusals = new Map<number, number>();

  constructor(options: ChaosBotOptions) {
    this.#options = options;
  }

  resume(): void {
    this.#isPaused = false;
    this.#sending ??= this.#send();
  }

  async pause(): Promise<void> {
    this.#isPaused = true;
    await this.#sending;
    this.#sending = undefined;
  }

  drop(): void {
    this.#agent.destroy();
    this.#secureAgent.destroy();
  }

  bridgeKilled(): void {
    // A report under way is seen to fail.
  }

  async settle(): Promise<void> {}

  async stop(): Promise<void> {
    await this.pause();
    this.drop();
  }

  async #send(): Promise<void> {
    const { selfId, oracle, rate } = this.#options;
    const startedAt = performance.now();
    for (let count = 0; !this.#isPaused; count += 1) {
      this.sent += 1;
      const n = this.sent;
      oracle.sending?.(selfId, n);
      const status = await this.#post(numberedEvent(selfId, n));
      if (status === 204) oracle.promise(selfId, n);
      else {
        this.refusals.set(status, (this.refusals.get(status) ?? 0) + 1);
        await delay(20); // The bridge is gone or the disk is full: no use in haste.
      }
      const ahead = (count / rate) * 1_000 - (performance.now() - startedAt);
      if (ahead > 0) await delay(ahead);
    }
  }

  #post(event: string): Promise<number> {
    const { port, selfId, access = OPEN_ACCESS } = this.#options;
    return new Promise((resolve) => {
      const outgoing = (access.isSecure ? requestSecurely : request)({
        host: '127.0.0.1',
        port,
        method: 'POST',
        path: '/',
        agent: access.isSecure ? this.#secureAgent : this.#agent,
        timeout: 30_000,
        headers: {
          'Content-Type': 'application/json',
          'Content-Length': Buffer.byteLength(event),
          'X-Self-ID': selfId,
          ...tokenShown(access),
        },
      });
      outgoing.on('timeout', () => outgoing.destroy());
      outgoing.on('error', () => resolve(0));
      outgoing.on('response', (response) => {
        response.on('error', () => {});
        response.resume();
        response.on('end', () => resolve(response.statusCode ?? 0));
      });
      outgoing.end(event);
    });
  }
}

/**
 * Sends over a WebSocket, where nothing is acknowledged: only what went over a session that held until all was settled,
 * without a kill, must arrive.
 */
export class SocketBot implements ChaosBot {
  readonly #options: ChaosBotOptions;
  #socket: WebSocket | undefined;
  #sending: Promise<void> | undefined;
  #isPaused = true;
  #isStopped = false;
  /** Sent over this session since the last settlement. */
  #unsure: number[] = [];
  sent = 0;

  constructor(options: ChaosBotOptions) {
    this.#options = options;
    this.#connect();
  }

  resume(): void {
    this.#isPaused = false;
    this.#sending ??= this.#send();
  }

  async pause(): Promise<void> {
    this.#isPaused = true;
    await this.#sending;
    this.#sending = undefined;
  }

  drop(): void {
    this.#unsure = [];
    this.#socket?.terminate();
  }

  bridgeKilled(): void {
    this.#unsure = [];
  }

  /** Waits until the bridge has read everything: it answers a ping behind it. */
  async settle(): Promise<void> {
    const socket = this.#socket;
    if (socket?.readyState !== WebSocket.OPEN) return;
    await new Promise<void>((resolve) => {
      socket.once('pong', () => resolve());
      socket.once('close', () => resolve());
      socket.ping();
    });
    const { oracle, selfId } = this.#options;
    for (const n of this.#unsure) oracle.promise(selfId, n);
    this.#unsure = [];
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    await this.pause();
    const socket = this.#socket;
    if (socket === undefined || socket.readyState === WebSocket.CLOSED) return;
    await new Promise<void>((resolve) => {
      socket.once('close', () => resolve());
      socket.terminate();
    });
  }

  #connect(): void {
    const { port, selfId, access = OPEN_ACCESS } = this.#options;
    const socket = new WebSocket(`${access.isSecure ? 'wss' : 'ws'}://127.0.0.1:${port}/`, {
      perMessageDeflate: false,
      rejectUnauthorized: false,
      headers: { 'X-Self-ID': selfId, 'X-Client-Role': 'Universal', ...tokenShown(access) },
    });
    this.#socket = socket;
    socket.on('error', () => {}); // `close` follows.
    socket.on('close', () => {
      this.#unsure = [];
      if (!this.#isStopped) setTimeout(() => this.#isStopped || this.#connect(), RECONNECT_MS);
    });
  }

  async #send(): Promise<void> {
    const { selfId, rate, oracle } = this.#options;
    const startedAt = performance.now();
    let count = 0;
    while (!this.#isPaused) {
      const socket = this.#socket;
      if (socket?.readyState === WebSocket.OPEN && socket.bufferedAmount < 1_000_000) {
        this.sent += 1;
        this.#unsure.push(this.sent);
        oracle.sending?.(selfId, this.sent);
        socket.send(numberedEvent(selfId, this.sent));
      }
      count += 1;
      const ahead = (count / rate) * 1_000 - (performance.now() - startedAt);
      if (ahead > 1) await delay(ahead);
      else await nextTurn();
    }
  }
}

function tokenShown({ token }: PortAccess): Readonly<Record<string, string>> {
  return token === undefined ? {} : { Authorization: `Bearer ${token}` };
}

const OPEN_ACCESS: PortAccess = { isSecure: false, token: undefined };

const RECONNECT_MS = 50;
