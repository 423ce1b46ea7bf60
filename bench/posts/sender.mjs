// Posts events to N servers, 8 under way to each: `node sender.mjs '{"sender": "fetch", "sinkPort": 1, "serverCount": 10, ...}'`.
// Takes `{"ms": 1000}`.
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Client, Pool } from 'undici';
import { eventBody, SELF_ID } from '../load/events.mjs';
import { Core } from '../support/core.mjs';
import { answerQuestions, cpuMicros } from '../support/questions.mjs';

const { sender, sinkPort, serverCount, checkout, home } = JSON.parse(process.argv[2]);
const UNDER_WAY = 8;
/** Events by which the servers may be behind; their queues take 10,000. */
const MAX_BEHIND = 1_000;
const body = eventBody(0);
const origin = `http://127.0.0.1:${sinkPort}`;

/** Each opens its connections and gives a function that posts for a while and tells how many were answered. */
const SENDERS = {
  /** The bridge: scan, durable log, a worker for each server. */
  async qqbridge() {
    const server = { protocol: 'http', host: '127.0.0.1', port: sinkPort, concurrency: UNDER_WAY };
    const names = Array.from({ length: serverCount }, (_, n) => `server-${n}`);
    const server_list = Object.fromEntries(names.map((name) => [name, server]));
    const core = await Core.open({ checkout, home, config: { data: join(home, 'data'), server_list } });
    return async (mayGoOn) => {
      let events = 0;
      while (mayGoOn()) {
        for (let n = 0; n < 32; n += 1) core.take(body);
        events += 32;
        await nextTurn();
        await core.room(serverCount * MAX_BEHIND);
      }
      await core.room(0);
      return events * serverCount;
    };
  },

  async raw() {
    const head = [
      'POST / HTTP/1.1',
      `Host: 127.0.0.1:${sinkPort}`,
      'Content-Type: application/json',
      `X-Self-ID: ${SELF_ID}`,
      `Content-Length: ${body.length}`,
      '\r\n',
    ].join('\r\n');
    const request = Buffer.concat([Buffer.from(head), body]);
    const sockets = Array.from({ length: serverCount * UNDER_WAY }, () =>
      connect({ port: sinkPort, host: '127.0.0.1', noDelay: true }),
    );
    await Promise.all(sockets.map((socket) => once(socket, 'connect')));
    return async (mayGoOn) => {
      let posts = 0;
      const run = (socket) =>
        new Promise((resolve) => {
          socket.removeAllListeners('data');
          // The sink's answer to one post is one segment.
          socket.on('data', () => {
            posts += 1;
            if (mayGoOn()) socket.write(request);
            else resolve();
          });
          socket.write(request);
        });
      await Promise.all(sockets.map(run));
      return posts;
    };
  },

  /** The ceiling of the library: its pool, as most would use it. */
  undici() {
    const pools = Array.from({ length: serverCount }, () => new Pool(origin, { connections: UNDER_WAY }));
    return viaUndici(pools.flatMap((pool) => Array(UNDER_WAY).fill(pool)));
  },

  /** The same with a client for each connection, as the bridge has it. */
  'undici-clients'() {
    return viaUndici(Array.from({ length: serverCount * UNDER_WAY }, () => new Client(origin)));
  },

  async fetch() {
    const headers = { 'content-type': 'application/json', 'x-self-id': SELF_ID };
    return async (mayGoOn) => {
      let posts = 0;
      const run = async () => {
        while (mayGoOn()) {
          const response = await fetch(`http://127.0.0.1:${sinkPort}/`, { method: 'POST', headers, body });
          await response.arrayBuffer();
          posts += 1;
        }
      };
      await Promise.all(Array.from({ length: serverCount * UNDER_WAY }, run));
      return posts;
    };
  },
};

/** One post under way by each of these dispatchers. */
function viaUndici(dispatchers) {
  const headers = ['Content-Type', 'application/json', 'X-Self-ID', SELF_ID];
  return (mayGoOn) =>
    new Promise((resolve, reject) => {
      let posts = 0;
      let underWay = dispatchers.length;
      const next = (dispatcher) => {
        const onTaken = () => {
          posts += 1;
          if (mayGoOn()) next(dispatcher);
          else if (--underWay === 0) resolve(posts);
        };
        dispatcher.dispatch({ method: 'POST', path: '/', headers, body }, new Answer(onTaken, reject));
      };
      for (const dispatcher of dispatchers) next(dispatcher);
    });
}

class Answer {
  constructor(onTaken, onFailed) {
    this.onResponseEnd = onTaken;
    this.onFailed = onFailed;
  }

  onRequestStart() {}

  onResponseStart() {}

  onResponseData() {}

  onResponseError(_controller, error) {
    this.onFailed(error);
  }
}

const post = await SENDERS[sender]();

async function run({ ms }) {
  const cpu = cpuMicros();
  const start = performance.now();
  const posts = await post(() => performance.now() - start < ms);
  return { posts, tookMs: performance.now() - start, cpuMicros: cpuMicros() - cpu };
}

answerQuestions('ready', run);
