// The servers of the load where there is no C compiler: what bench/load/sink.c does, at a lower ceiling.
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import { FIRST_ID, PER_CONNECTION } from './events.mjs';

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const NAME = Buffer.from('"message_id":');
const SEARCHED_BYTES = 512;

const links = [];
let lastEventNs = 0n;

class Link {
  events = 0;
  wrong = 0;
  others = 0;
  pings = 0;
  order = 0;
  #socket;
  #last = new Map();
  #rest = Buffer.alloc(0);

  constructor(socket) {
    this.#socket = socket;
    socket.on('data', (chunk) => this.#onData(chunk));
    socket.on('error', () => socket.destroy());
  }

  #onData(chunk) {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    let at = 0;
    for (;;) {
      const length = this.#takeFrame(bytes, at);
      if (length === 0) break;
      at += length;
    }
    this.#rest = bytes.subarray(at);
  }

  /** Returns the length of the masked frame at `at`, 0 while it is not whole. */
  #takeFrame(bytes, at) {
    const available = bytes.length - at;
    if (available < 14 && available < 6 + (bytes[at + 1] & 127)) return 0;
    let length = bytes[at + 1] & 127;
    let head = 6;
    if (length === 126) {
      length = bytes.readUInt16BE(at + 2);
      head = 8;
    } else if (length === 127) {
      length = Number(bytes.readBigUInt64BE(at + 2));
      head = 14;
    }
    if (available < head + length) return 0;
    const payload = unmasked(bytes, at + head, Math.min(length, SEARCHED_BYTES));
    const opcode = bytes[at] & 15;
    if (opcode === 8 || opcode === 9) this.#answerControl(opcode, payload);
    else if (opcode !== 10) this.#noteEvent(payload);
    return head + length;
  }

  #answerControl(opcode, payload) {
    if (opcode === 9) this.pings += 1;
    const answer = opcode === 9 ? 10 : 8;
    this.#socket.write(Buffer.concat([Buffer.of(0x80 | answer, payload.length), payload]));
  }

  #noteEvent(payload) {
    const nameAt = payload.indexOf(NAME);
    if (nameAt < 0) {
      this.others += 1; // The lifecycle frame.
      return;
    }
    const id = Number.parseInt(payload.latin1Slice(nameAt + NAME.length, nameAt + NAME.length + 12), 10) - FIRST_ID;
    const connection = Math.floor(id / PER_CONNECTION);
    const number = id % PER_CONNECTION;
    this.events += 1;
    this.order = Math.imul(this.order ^ id, 0x01000193);
    lastEventNs = process.hrtime.bigint();
    if (number !== (this.#last.get(connection) ?? 0) + 1) this.wrong += 1;
    this.#last.set(connection, number);
  }
}

/** `length` payload bytes from `start`; the mask stands before them. */
function unmasked(bytes, start, length) {
  const plain = Buffer.allocUnsafe(length);
  for (let i = 0; i < length; i += 1) plain[i] = bytes[start + i] ^ bytes[start - 4 + (i & 3)];
  return plain;
}

const server = createServer();
server.on('upgrade', (request, socket) => {
  const accept = createHash('sha1').update(`${request.headers['sec-websocket-key']}${GUID}`).digest('base64');
  socket.write(
    'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
      `Sec-WebSocket-Accept: ${accept}\r\n\r\n`,
  );
  socket.setNoDelay(true);
  links.push(new Link(socket));
});
server.listen(0, '127.0.0.1', 511, () => console.log(JSON.stringify({ port: server.address().port })));

const questions = createInterface({ input: process.stdin });
questions.on('line', () => console.log(JSON.stringify({ lastEventNs: String(lastEventNs), links })));
questions.on('close', () => process.exit());
