import { connect, type Socket } from 'node:net';
import type { Cleanup } from './cleanup.ts';
import { type DeadlineOptions, withDeadline } from './deadline.ts';

/** A bare TCP connection, for what no client library would send. */
export class RawConnection {
  readonly #socket: Socket;
  readonly #closed: Promise<void>;
  #received = '';

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding('latin1');
    socket.on('data', (text: string) => {
      this.#received += text;
    });
    socket.on('error', () => {}); // `close` follows and tells.
    this.#closed = new Promise((resolve) => socket.once('close', () => resolve()));
  }

  /** Connects to a loopback port. */
  static async open(t: Cleanup, port: number): Promise<RawConnection> {
    const socket = connect(port, '127.0.0.1');
    t.after(() => void socket.destroy());
    const connection = new RawConnection(socket);
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
    });
    return connection;
  }

  /** What came back so far. */
  get received(): string {
    return this.#received;
  }

  get isOpen(): boolean {
    return !this.#socket.destroyed;
  }

  /** Waits for the end of the connection. */
  async closed(options: DeadlineOptions = {}): Promise<void> {
    await withDeadline(this.#closed, 'the end of the connection', options);
  }

  write(bytes: string | Buffer): void {
    this.#socket.write(bytes);
  }

  /** Says that nothing more comes; what the peer still sends is read. */
  end(bytes?: string | Buffer): void {
    if (bytes === undefined) this.#socket.end();
    else this.#socket.end(bytes);
  }

  destroy(): void {
    this.#socket.destroy();
  }
}
