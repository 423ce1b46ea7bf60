import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { WebSocket } from 'ws';
import { type DeadlineOptions, withDeadline } from './deadline.ts';
import type { Closing } from './fake-bot.ts';
import { Inbox, type TakeOptions } from './inbox.ts';
import { rawSocketOf } from './raw-socket-of.ts';

/** One connection between the bridge and an application, whoever dialled: at a `FakeWebSocketServer` or by `dialIn`. */
export class FakeServerLink {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** Text frames as they came; binary ones are never sent by a bridge and kept in {@link binaryFrames}. */
  readonly frames = new Inbox<string>('frames at the server');
  readonly binaryFrames: Buffer[] = [];
  readonly #socket: WebSocket;
  readonly #closed: Promise<Closing>;
  #pongs = true;
  /** When these bytes come, the link ends at once without a close frame. */
  diesOf = Buffer.from([0]);

  constructor(socket: WebSocket, request: Pick<IncomingMessage, 'url' | 'headers'>) {
    this.#socket = socket;
    this.path = request.url ?? '';
    this.headers = request.headers;
    this.#closed = new Promise((resolve) => {
      socket.once('close', (code, reason) => resolve({ code, reason: reason.toString() }));
    });
    socket.on('ping', (data) => {
      if (this.#pongs) socket.pong(data);
    });
    socket.on('error', () => {}); // `close` follows and tells.
    socket.on('message', (data: Buffer, isBinary) => {
      if (data.includes(this.diesOf)) {
        socket.terminate();
        return;
      }
      if (isBinary) this.binaryFrames.push(data);
      else this.frames.push(data.toString());
    });
  }

  get isOpen(): boolean {
    return this.#socket.readyState !== this.#socket.CLOSED;
  }

  /** The next message, notice or request; lifecycle, heartbeats and answers are passed over. */
  async nextEvent(options: TakeOptions = {}): Promise<string> {
    return await this.frames.take((frame) => !frame.includes('"meta_event"') && frame.includes('"post_type"'), options);
  }

  /** The next answer, whatever call it belongs to. */
  async nextAnswer(match: (answer: string) => boolean = () => true, options: TakeOptions = {}): Promise<string> {
    return await this.frames.take((frame) => frame.includes('"retcode"') && match(frame), options);
  }

  /** Sends a frame as it is: a call or junk. */
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

  /** Makes a call with `echo` as JSON text and waits for the first answer with an equal echo. */
  async call(action: string, params: object, echo: string): Promise<string> {
    this.send(`{"action":${JSON.stringify(action)},"params":${JSON.stringify(params)},"echo":${echo}}`);
    const wanted = JSON.stringify(JSON.parse(echo));
    return await this.nextAnswer(
      (answer) => JSON.stringify((JSON.parse(answer) as { echo?: unknown }).echo) === wanted,
    );
  }

  /** Reads nothing any more, not even pings and close frames, until {@link resumeReading}. */
  stopReading(): void {
    this.#socket.pause();
  }

  resumeReading(): void {
    this.#socket.resume();
  }

  /** Answers no ping any more, as a link whose other end has vanished. */
  ignorePings(): void {
    this.#pongs = false;
  }

  /** How the connection ended; waits for its end. */
  async closed(options: DeadlineOptions = {}): Promise<Closing> {
    return await withDeadline(this.#closed, 'the end of the link', options);
  }

  /** Begins the closing handshake. */
  close(code = 1000): void {
    this.#socket.close(code);
  }

  /** Cuts the connection without a closing handshake. */
  drop(): void {
    this.#socket.terminate();
  }
}
