// The HTTP reporter: many connections, each posting its next event when the last was answered 204.
// `node reporter.mjs PORT CONNECTIONS [BYTES]`; takes `{"events": 1}` (so many on each connection), `{"ms": 3000}`, or
// with `"rate": 20000` at most so many events/s.
//
// Plain sockets and requests prepared beforehand, of which only the ten digits of `message_id` change: some 7 µs of
// processor time per event, so that the two cores are left to what is measured.
import { once } from 'node:events';
import { connect } from 'node:net';
import { createInterface } from 'node:readline';
import { quantile } from '../support/statistics.mjs';
import { eventBody, FIRST_ID, idOffset, PER_CONNECTION, SELF_ID } from './events.mjs';

const port = Number(process.argv[2]);
const connectionCount = Number(process.argv[3]);
const bytes = process.argv[4] === undefined ? undefined : Number(process.argv[4]);

/** Milliseconds from the write of a request to the end of its answer, of one run. */
let latencies = [];

class Connection {
  #number;
  #socket;
  #request;
  #idAt;
  #sent = 0;
  #sentAt = 0;
  #reply = '';
  #mayGoOn;
  #onDone;
  #onAnswer = () => this.#next();

  constructor(number) {
    this.#number = number;
    const body = eventBody(number, bytes);
    const head = [
      'POST / HTTP/1.1',
      `Host: 127.0.0.1:${port}`,
      'Content-Type: application/json',
      `X-Self-ID: ${SELF_ID}`,
      `Content-Length: ${body.length}`,
      '\r\n',
    ].join('\r\n');
    this.#request = Buffer.concat([Buffer.from(head), body]);
    this.#idAt = Buffer.byteLength(head) + idOffset(body);
  }

  /** Anew for each run: between them, bridges close what is idle. */
  async open() {
    this.#socket = connect({ port, host: '127.0.0.1', noDelay: true });
    await once(this.#socket, 'connect');
    this.#socket.on('data', (chunk) => this.#onData(chunk));
    this.#socket.on('error', (error) => fail(`a connection broke: ${error.message}`));
    this.#socket.on('end', () => fail('the bridge closed a connection'));
  }

  close() {
    this.#socket.destroy();
  }

  /** Posts while `mayGoOn(events of this run)` says so; settles when the last was answered. */
  run(mayGoOn) {
    let events = 0;
    this.#mayGoOn = () => mayGoOn(events++);
    return new Promise((resolve) => {
      this.#onDone = resolve;
      this.#onAnswer = () => this.#next();
      this.#next();
    });
  }

  #next() {
    if (this.#mayGoOn()) this.post();
    else this.#onDone();
  }

  /** @param [onDone] called when it is answered, in the place of what `run` does then */
  post(onDone) {
    if (onDone !== undefined) this.#onAnswer = onDone;
    this.#sent += 1;
    this.#request.write(String(FIRST_ID + this.#number * PER_CONNECTION + this.#sent), this.#idAt, 'latin1');
    this.#sentAt = performance.now();
    this.#socket.write(this.#request);
  }

  #onData(chunk) {
    this.#reply += chunk.latin1Slice();
    if (!this.#reply.endsWith('\r\n\r\n')) return;
    if (!this.#reply.startsWith('HTTP/1.1 204 ')) fail(`answered with ${this.#reply}`);
    this.#reply = '';
    latencies.push(performance.now() - this.#sentAt);
    this.#onAnswer(this);
  }
}

function fail(reason) {
  process.stderr.write(`reporter: ${reason}\n`);
  process.exit(1);
}

const connections = Array.from({ length: connectionCount }, (_, number) => new Connection(number));

/** Posts what is due each millisecond, over whichever connection is free. */
async function postAtRate(ms, rate) {
  const free = [...connections];
  const start = performance.now();
  let sent = 0;
  for (;;) {
    const elapsedMs = Math.min(ms, performance.now() - start);
    const due = Math.floor((elapsedMs / 1e3) * rate);
    while (sent < due && free.length > 0) {
      sent += 1;
      free.pop().post((connection) => free.push(connection));
    }
    if (elapsedMs === ms && free.length === connections.length) return;
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

async function run({ events, ms, rate }) {
  latencies = [];
  await Promise.all(connections.map((connection) => connection.open()));
  const start = performance.now();
  const mayGoOn = events === undefined ? () => performance.now() - start < ms : (done) => done < events;
  if (rate === undefined) await Promise.all(connections.map((connection) => connection.run(mayGoOn)));
  else await postAtRate(ms, rate);
  const tookMs = performance.now() - start;
  for (const connection of connections) connection.close();
  const sorted = Float64Array.from(latencies).sort();
  return { acknowledged: sorted.length, tookMs, p50Ms: quantile(sorted, 0.5), p99Ms: quantile(sorted, 0.99) };
}

console.log(JSON.stringify('ready'));
const questions = createInterface({ input: process.stdin });
questions.on('line', (line) => {
  run(JSON.parse(line)).then(
    (result) => console.log(JSON.stringify(result)),
    (error) => fail(String(error)),
  );
});
questions.on('close', () => process.exit());
