import { WebSocket } from 'ws';
import { converse, type Wit } from './application.ts';
import { PEOPLE } from './chat.ts';
import type { SimulatedServer } from './types.ts';

export interface ListenApplicationOptions {
  readonly name: string;
  /** The port of the bridge, `ws://127.0.0.1:5700/`. */
  readonly url: string;
  readonly accessToken: string;
}

/** An application that dials in by forward WebSocket, as it would dial an implementation. It fails by hanging up. */
export class SimulatedListenApplication implements SimulatedServer {
  readonly name: string;
  readonly #options: ListenApplicationOptions;
  #socket: WebSocket | undefined;

  constructor(options: ListenApplicationOptions) {
    this.name = options.name;
    this.#options = options;
  }

  async start(): Promise<void> {
    const { url, accessToken } = this.#options;
    const socket = new WebSocket(url, {
      headers: { Authorization: `Bearer ${accessToken}` },
      perMessageDeflate: false,
    });
    this.#socket = socket;
    converse(socket, wit);
    await new Promise<void>((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('close', () => reject(new Error('the bridge does not take the simulated application')));
    });
  }

  async fail(): Promise<string> {
    await this.stop();
    return 'it has hung up';
  }

  async recover(): Promise<void> {
    await this.start();
  }

  async stop(): Promise<void> {
    const socket = this.#socket;
    this.#socket = undefined;
    if (socket === undefined || socket.readyState === WebSocket.CLOSED) return;
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.terminate();
    await closed;
  }
}

const wit: Wit = ({ raw_message: text, user_id: id }) => {
  if (text !== 'who am I') return undefined;
  return `you are ${PEOPLE.find((person) => person.id === id)?.nickname ?? 'a stranger'}`;
};
