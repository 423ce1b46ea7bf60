import { type ClientRequest, get as getPlain } from 'node:http';
import { get as getSecure } from 'node:https';
import { type RawData, WebSocket } from 'ws';
import type { PortAccess } from './chaos-bots.ts';

export interface DialInOptions {
  readonly port: number;
  readonly access: PortAccess;
  /** Called with the text of each event, which names its bot. */
  readonly onEvent: (text: string) => void;
  /** Called when the bridge has ended the connection. */
  readonly onCutOff: () => void;
}

/** How an application dials the bridge: by WebSocket, or for server-sent events. */
export interface DialInWay {
  readonly token: string;
  readonly isStream: boolean;
}

/** An application that dials the bridge again and again, until it is told to stop. */
export class DialIn {
  readonly #options: DialInOptions;
  #way: DialInWay | undefined;
  #socket: WebSocket | undefined;
  #stream: ClientRequest | undefined;
  #again: NodeJS.Timeout | undefined;
  /** True: pings are not answered. */
  isSilent = false;

  constructor(options: DialInOptions) {
    this.#options = options;
  }

  /** Undefined: stops dialling. An open connection stays until the bridge ends it. */
  dial(way: DialInWay | undefined): void {
    this.#way = way;
    if (this.#socket === undefined && this.#stream === undefined) this.#try();
  }

  /** Breaks the WebSocket, with all events that are under way on it. */
  cut(): void {
    this.#socket?.terminate();
  }

  async stop(): Promise<void> {
    this.#way = undefined;
    clearTimeout(this.#again);
    this.#stream?.destroy();
    const socket = this.#socket;
    if (socket === undefined) return;
    await new Promise<void>((resolve) => {
      socket.once('close', () => resolve());
      socket.terminate();
    });
  }

  #try(): void {
    clearTimeout(this.#again);
    if (this.#way === undefined) return;
    if (this.#way.isStream) this.#openStream(this.#way.token);
    else this.#openSocket(this.#way.token);
  }

  #tryAgain(): void {
    this.#again = setTimeout(() => this.#try(), AGAIN_MS);
  }

  #openSocket(token: string): void {
    const { port, access, onEvent, onCutOff } = this.#options;
    const socket = new WebSocket(`${access.isSecure ? 'wss' : 'ws'}://127.0.0.1:${port}/`, {
      perMessageDeflate: false,
      autoPong: false,
      rejectUnauthorized: false,
      headers: { Authorization: `Bearer ${token}` },
    });
    let wasOpen = false;
    this.#socket = socket;
    socket.on('open', () => {
      wasOpen = true;
    });
    socket.on('error', () => {}); // `close` follows.
    socket.on('ping', (data) => {
      if (!this.isSilent) socket.pong(data);
    });
    socket.on('message', (data: RawData) => {
      if (socket.readyState === WebSocket.OPEN) onEvent(String(data));
    });
    socket.on('close', () => {
      this.#socket = undefined;
      if (wasOpen) onCutOff();
      this.#tryAgain();
    });
  }

  #openStream(token: string): void {
    const { port, access, onEvent, onCutOff } = this.#options;
    const get = access.isSecure ? getSecure : getPlain;
    const options = { headers: { Authorization: `Bearer ${token}` }, rejectUnauthorized: false, agent: false };
    const request = get(`${access.isSecure ? 'https' : 'http'}://127.0.0.1:${port}/_events`, options, (response) => {
      let rest = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        const messages = (rest + chunk).split('\n\n');
        rest = messages.pop() ?? '';
        for (const message of messages) if (message.startsWith('data: ')) onEvent(message.slice('data: '.length));
      });
      response.on('error', () => {}); // `close` follows.
      response.on('close', () => {
        if (response.statusCode === 200) onCutOff();
      });
    });
    this.#stream = request;
    request.on('error', () => {}); // `close` follows.
    request.on('close', () => {
      this.#stream = undefined;
      this.#tryAgain();
    });
  }
}

const AGAIN_MS = 50;
