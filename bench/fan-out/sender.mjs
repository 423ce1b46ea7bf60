// One sender of the fan-out: `node sender.mjs '{"sender": "naive", "sinkPort": 1, "serverCount": 10, "burst": 16, ...}'`.
// Takes `{"ms": 1000}`; sends a burst in each turn of its event loop, as far as the sockets keep up.
import { setImmediate as nextTurn } from 'node:timers/promises';
import { eventBody } from '../load/events.mjs';
import { answerQuestions, cpuMicros } from '../support/questions.mjs';

const options = JSON.parse(process.argv[2]);
const { burst, bytes } = options;
const bodies = Array.from({ length: 64 }, (_, n) => eventBody(n, bytes));
const batches = Array.from({ length: bodies.length / burst }, (_, n) => bodies.slice(n * burst, (n + 1) * burst));
const { open } = await import(`./senders/${options.sender}.mjs`);
const sender = await open({ ...options, batches });

async function run({ ms }) {
  const cpu = cpuMicros();
  const startNs = process.hrtime.bigint();
  const start = performance.now();
  let events = 0;
  for (let turn = 0; performance.now() - start < ms; turn += 1) {
    sender.send(batches[turn % batches.length]);
    events += burst;
    await nextTurn();
    await sender.room();
  }
  await sender.drained();
  return { startNs: String(startNs), events, cpuMicros: cpuMicros() - cpu };
}

answerQuestions('ready', run);
