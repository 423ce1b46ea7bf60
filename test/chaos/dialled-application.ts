import { type RawData, WebSocket } from 'ws';
import type { OnEvent } from './chaos-server.ts';
import { numberedEvent, numberOf } from './numbered-event.ts';

export interface DialledApplicationOptions {
  readonly name: string;
  readonly port: number;
  readonly token: string;
  readonly onEvent: OnEvent;
}

/** A correct application of a `listen` server: it dials the bridge, and dials again when its connection ends. */
export class DialledApplication {
  readonly #options: DialledApplicationOptions;
  #socket: WebSocket | undefined;
  #isStopped = false;

  constructor(options: DialledApplicationOptions) {
    this.#options = options;
    this.#dial();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    const socket = this.#socket;
    if (socket === undefined || socket.readyState === WebSocket.CLOSED) return;
    await new Promise<void>((resolve) => {
      socket.once('close', () => resolve());
      socket.terminate();
    });
  }

  #dial(): void {
    const { port, token } = this.#options;
    const socket = new WebSocket(`ws://127.0.0.1:${port}/`, {
      perMessageDeflate: false,
      headers: { Authorization: `Bearer ${token}` },
    });
    this.#socket = socket;
    socket.on('error', () => {}); // `close` follows.
    socket.on('close', () => {
      if (!this.#isStopped) setTimeout(() => this.#isStopped || this.#dial(), RECONNECT_MS);
    });
    socket.on('message', (data: RawData) => this.#take(String(data)));
  }

  #take(text: string): void {
    const n = numberOf(text);
    const selfId = /"self_id":(\d+)/.exec(text)?.[1];
    if (n === undefined || selfId === undefined) return;
    const { name: server, onEvent } = this.#options;
    onEvent({ server, selfId, n, isIntact: text === numberedEvent(selfId, n) });
  }
}

const RECONNECT_MS = 50;
