// N applications that keep so many calls under way each: `node applications.mjs UNDER_WAY`. Prints `{"port": N}`; each
// link that is dialled is an application. Takes `{"ms": 1000}`. All of them use the same echoes, as real SDKs do.
import { once } from 'node:events';
import { WebSocketServer } from 'ws';
import { answerQuestions } from '../support/questions.mjs';

const underWay = Number(process.argv[2]);
const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });

class Application {
  answers = 0;
  wrong = 0;
  #number;
  #socket;
  #count = 0;
  /** What was asked, by echo. */
  #pending = new Map();
  #mayGoOn = () => false;
  #onDone;

  constructor(number, socket) {
    this.#number = number;
    this.#socket = socket;
    socket.on('message', (data) => this.#onMessage(data));
  }

  run(mayGoOn) {
    this.#mayGoOn = mayGoOn;
    return new Promise((resolve) => {
      this.#onDone = resolve;
      for (let n = 0; n < underWay; n += 1) this.#call();
    });
  }

  #call() {
    this.#count += 1;
    const text = `application ${this.#number}, call ${this.#count}`;
    this.#pending.set(this.#count, text);
    this.#socket.send(
      `{"action":"send_group_msg","params":{"group_id":987654321,"message":"${text}"},"echo":{"seq":${this.#count}}}`,
    );
  }

  #onMessage(data) {
    const { echo, data: answer } = JSON.parse(data);
    if (echo === undefined) return; // An event.
    if (this.#pending.get(echo.seq) === answer?.message) this.answers += 1;
    else this.wrong += 1;
    this.#pending.delete(echo.seq);
    if (this.#mayGoOn()) this.#call();
    else if (this.#pending.size === 0) this.#onDone();
  }
}

const applications = [];
server.on('connection', (socket) => applications.push(new Application(applications.length, socket)));

async function run({ ms }) {
  if (ms === undefined) return { links: applications.length };
  for (const application of applications) Object.assign(application, { answers: 0, wrong: 0 });
  const start = performance.now();
  await Promise.all(applications.map((application) => application.run(() => performance.now() - start < ms)));
  const sum = (key) => applications.reduce((total, application) => total + application[key], 0);
  return { answers: sum('answers'), wrong: sum('wrong'), tookMs: performance.now() - start };
}

await once(server, 'listening');
answerQuestions({ port: server.address().port }, run);
