// Bots on WebSockets, reporting at a steady rate: `node bot.mjs '{"port": 1, "selfIds": ["1"], "times": true}'`. Takes
// `{"ms": 1000, "rate": 500}`, events/s in all, in turn; with `times` it tells when each left, else only how many.
//
// Plain sockets and frames prepared beforehand, of which only the digits of `message_id` change, under a constant mask.
import { once } from 'node:events';
import { connect } from 'node:net';
import { answerQuestions } from '../support/questions.mjs';
import { eventBody, FIRST_ID, idOffset, PER_CONNECTION } from './events.mjs';
import { textFrame } from './plain-websocket.mjs';

const { port, selfIds, times = false } = JSON.parse(process.argv[2]);

class Bot {
  /** Events so far; also where the next goes in the numbering of the load. */
  sent = 0;
  #socket;
  #first;
  #frame;
  #idAt;

  constructor(number, selfId) {
    const body = eventBody(number, undefined, selfId);
    this.#first = FIRST_ID + number * PER_CONNECTION;
    this.#frame = textFrame(body);
    this.#idAt = this.#frame.length - body.length + idOffset(body);
    this.#socket = connect({ port, host: '127.0.0.1', noDelay: true });
    this.#socket.write(
      `GET /ws/ HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
        `X-Self-ID: ${selfId}\r\nX-Client-Role: Universal\r\n` +
        'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
    );
  }

  async open() {
    await once(this.#socket, 'data');
    this.#socket.on('data', (chunk) => this.#onData(chunk));
  }

  /** Answers a ping; nothing else comes, and a ping comes whole. */
  #onData(chunk) {
    if ((chunk[0] & 15) !== 9) return;
    const payload = chunk.subarray(2, 2 + (chunk[1] & 127));
    this.#socket.write(Buffer.concat([Buffer.of(0x8a, 0x80 | payload.length, 0, 0, 0, 0), payload]));
  }

  /** False when the bridge does not read as fast as it comes. */
  report() {
    if (this.#socket.writableLength > MAX_BEHIND_BYTES) return false;
    this.sent += 1;
    const id = String(this.#first + this.sent);
    const headLength = 8;
    for (let i = 0; i < id.length; i += 1) {
      const at = this.#idAt + i;
      this.#frame[at] = id.charCodeAt(i) ^ this.#frame[headLength - 4 + ((at - headLength) & 3)];
    }
    // A copy, since what the kernel does not take at once is kept by reference.
    this.#socket.write(Buffer.from(this.#frame));
    return true;
  }
}

const MAX_BEHIND_BYTES = 256 * 1024;

const bots = selfIds.map((selfId, number) => new Bot(number, selfId));
await Promise.all(bots.map((bot) => bot.open()));
let turn = 0;

/** Sends what is due each millisecond; `late` is what could not be sent then. */
async function run({ ms, rate }) {
  const startNs = process.hrtime.bigint();
  const start = performance.now();
  const sentNs = [];
  let sent = 0;
  let late = 0;
  for (;;) {
    const elapsedMs = Math.min(ms, performance.now() - start);
    const due = Math.floor((elapsedMs / 1e3) * rate);
    while (sent + late < due) {
      const bot = bots[turn % bots.length];
      turn += 1;
      if (times) sentNs.push(String(process.hrtime.bigint()));
      if (bot.report()) sent += 1;
      else late += 1;
    }
    if (elapsedMs === ms) return { sent, late, startNs: String(startNs), sentNs };
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

answerQuestions('ready', run);
