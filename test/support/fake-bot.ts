import { WebSocket } from 'ws';
import type { Cleanup } from './cleanup.ts';
import { type DeadlineOptions, withDeadline } from './deadline.ts';
import { Inbox } from './inbox.ts';
import { rawSocketOf } from './raw-socket-of.ts';
import { opened } from './upgrade-refused.ts';

export interface FakeBotOptions {
  /** The port's address with any path, `ws://127.0.0.1:5700/`. */
  readonly url: string;
  /** Sent as `X-Self-ID`; `null` leaves the header out. Default 10001. */
  readonly selfId?: string | null;
  /** Sent as `X-Client-Role`; `null` leaves the header out. Default Universal. */
  readonly role?: string | null;
  /** Sent as `Authorization: Bearer`. */
  readonly token?: string;
  /** Further headers, over the ones above. */
  readonly headers?: Readonly<Record<string, string>>;
  /** `false`: pings stay unanswered, as on a link whose other end has vanished. Default true. */
  readonly autoPong?: boolean;
  /** The authority that a `wss:` port has to have its certificate from, in PEM. */
  readonly ca?: string;
}

/** One call as the bridge made it. */
export interface BotCall {
  readonly action: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly echo: unknown;
  /** The frame as it came. */
  readonly raw: string;
}

/** Frames to answer a call with, in order; none leaves it unanswered. */
export type CallHandler = (call: BotCall, bot: FakeBot) => readonly string[] | undefined;

/** How a connection ended. */
export interface Closing {
  readonly code: number;
  readonly reason: string;
}

/** A OneBot implementation that connects by reverse WebSocket. It answers every call with `ok` unless told otherwise. */
export class FakeBot {
  /** Calls in the order they came. */
  readonly calls = new Inbox<BotCall>('calls at the bot');
  /** Frames that were no calls. */
  readonly oddFrames = new Inbox<string>('odd frames at the bot');
  handler: CallHandler = (call) => [okAnswer(call.echo)];
  readonly #socket: WebSocket;
  readonly #closed: Promise<Closing>;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    this.#closed = new Promise((resolve) => {
      socket.once('close', (code, reason) => resolve({ code, reason: reason.toString() }));
    });
    socket.on('message', (data, isBinary) => this.#receive(String(data), isBinary));
    socket.on('error', () => {}); // `close` follows and tells.
  }

  /** Connects; rejects with `UpgradeRefused` where the port says no. */
  static async connect(t: Cleanup, options: FakeBotOptions): Promise<FakeBot> {
    const socket = new WebSocket(options.url, {
      perMessageDeflate: false,
      autoPong: options.autoPong ?? true,
      ...(options.ca === undefined ? {} : { ca: options.ca }),
      headers: identity(options),
    });
    t.after(() => socket.terminate());
    const bot = new FakeBot(socket);
    await opened(socket);
    return bot;
  }

  /** Sends a frame as it is: an event, an answer or junk. */
  send(frame: string | Buffer): void {
    this.#socket.send(frame, { binary: false });
  }

  sendBinary(frame: Buffer): void {
    this.#socket.send(frame, { binary: true });
  }

  /** Writes bytes that are no sound frame under the WebSocket. */
  writeRaw(bytes: Buffer): void {
    rawSocketOf(this.#socket).write(bytes);
  }

  /** Stops reading, so that nothing is answered any more, not even pings: a half-open link as the peer sees it. */
  goSilent(): void {
    this.#socket.pause();
  }

  /** Ends the connection in order and waits for its end. */
  async close(code = 1000): Promise<Closing> {
    this.#socket.close(code);
    return await this.closed();
  }

  /** How the connection ended; waits for its end. */
  async closed(options: DeadlineOptions = {}): Promise<Closing> {
    return await withDeadline(this.#closed, 'the end of the session', options);
  }

  /** Cuts the connection without a closing handshake. */
  drop(): void {
    this.#socket.terminate();
  }

  #receive(raw: string, isBinary: boolean): void {
    const call = isBinary ? undefined : parseCall(raw);
    if (call === undefined) {
      this.oddFrames.push(raw);
      return;
    }
    const answers = this.handler(call, this) ?? [];
    this.calls.push(call);
    for (const answer of answers) this.send(answer);
  }
}

/** `{"status":"ok",...}` with `data` and `echo`, as JSON text. */
export function okAnswer(echo: unknown, data: string | object = 'null'): string {
  const dataText = typeof data === 'string' ? data : JSON.stringify(data);
  return `{"status":"ok","retcode":0,"data":${dataText},"message":"","wording":"","echo":${JSON.stringify(echo)}}`;
}

function identity(options: FakeBotOptions): Record<string, string> {
  const { selfId = '10001', role = 'Universal', token, headers = {} } = options;
  return {
    ...(selfId === null ? {} : { 'X-Self-ID': selfId }),
    ...(role === null ? {} : { 'X-Client-Role': role }),
    ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
    ...headers,
  };
}

function parseCall(raw: string): BotCall | undefined {
  try {
    const frame: unknown = JSON.parse(raw);
    if (typeof frame !== 'object' || frame === null || !('action' in frame)) return undefined;
    const { action, params = {}, echo } = frame as { action: string; params?: Record<string, unknown>; echo?: unknown };
    return { action, params, echo, raw };
  } catch {
    return undefined; // Kept as an odd frame.
  }
}
