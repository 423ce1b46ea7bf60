import type { ServerResponse } from 'node:http';
import type { ApplicationPeer } from '../../port/types.ts';
import { steadyNow } from '../../support/clock.ts';
import type { ApplicationConnection, ConnectionOwner } from './connection.ts';
import type { SharedDelivery } from './shared-delivery.ts';

/**
 * Server-sent events on one response, as NapCat gives them at `/_events`: each event a message of its own. Nothing
 * comes back on it, so written is delivered.
 */
export class EventStream implements ApplicationConnection {
  readonly kind = 'sse';
  readonly since = steadyNow();
  readonly underWay = 0;
  readonly peer: ApplicationPeer;
  readonly #response: ServerResponse;
  readonly #closed: Promise<void>;
  readonly #keepAlive: NodeJS.Timeout;
  /** How often in a row the peer has been found not reading. */
  #stalls = 0;

  constructor(response: ServerResponse, peer: ApplicationPeer, { onRoom, onClosed }: ConnectionOwner) {
    this.peer = peer;
    this.#response = response;
    response.writeHead(200, {
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-store',
      // Of nginx, which would hold events back.
      'X-Accel-Buffering': 'no',
    });
    response.flushHeaders();
    response.on('drain', onRoom);
    this.#keepAlive = setInterval(() => this.#check(), KEEP_ALIVE_MS);
    this.#closed = new Promise((resolve) => {
      let isClosed = false;
      const close = (): void => {
        if (isClosed) return;
        isClosed = true;
        clearInterval(this.#keepAlive);
        onClosed();
        resolve();
      };
      response.on('close', close);
      // While a response waits behind another one of its connection, Node does not tell when the connection ends.
      peer.transport.on('close', close);
      if (peer.transport.destroyed) setImmediate(close);
    });
  }

  isReady(): boolean {
    const { writable, writableLength } = this.#response;
    return writable && writableLength <= HIGH_WATER_BYTES;
  }

  isProven(): boolean {
    return true;
  }

  send(payload: Buffer, delivery: SharedDelivery): void {
    this.#response.write(messageOf(payload), (error) => {
      if (!error) delivery.confirm(steadyNow(), false);
      else if (delivery.letGo()) delivery.channel.returned([delivery], undefined);
    });
  }

  flushed(): void {}

  relay(payload: Buffer): void {
    if (this.isReady()) this.#response.write(messageOf(payload));
  }

  cut(): void {
    this.#response.destroy();
  }

  async close(): Promise<void> {
    this.#response.end();
    // One that doesn't read would never be done.
    if (this.#response.writableLength > 0) this.peer.transport.destroy();
    await this.#closed;
  }

  /** Finds peers that are gone or don't read. */
  #check(): void {
    this.#stalls = this.#response.writableLength > 0 ? this.#stalls + 1 : 0;
    if (this.#stalls >= MAX_STALLS) this.#response.destroy();
    else if (this.#stalls === 0) this.#response.write(':\n\n');
  }
}

/** A line break in JSON is white space between its tokens, and begins a line of its own here. */
function messageOf(payload: Buffer): Buffer {
  const text = payload.includes(0x0a) || payload.includes(0x0d) ? unfolded(payload) : payload;
  return Buffer.concat([HEAD, text, END]);
}

function unfolded(payload: Buffer): Buffer {
  return Buffer.from(payload.toString().replace(/\r\n?|\n/g, '\ndata: '));
}

const HEAD = Buffer.from('data: ');
const END = Buffer.from('\n\n');
const HIGH_WATER_BYTES = 1024 * 1024;
const KEEP_ALIVE_MS = 15_000;
const MAX_STALLS = 2;
