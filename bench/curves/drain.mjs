// What it costs to send what waits: fills the queue of a server that is paused, then lets it go.
// `node drain.mjs '{"queued": 1000, ...}'`; answers one question.

import { open } from '../fan-out/senders/qqbridge.mjs';
import { eventBody } from '../load/events.mjs';
import { answerQuestions, cpuMicros } from '../support/questions.mjs';

const { queued, ...options } = JSON.parse(process.argv[2]);
const queue = { max_events: 1_000_000, max_bytes: '1GiB', max_age: '1h' };
const { core, names, drained } = await open({ ...options, serverCount: 1, queue });
const body = eventBody(0);
core.setPaused(names, true);
let safe;
for (let n = 0; n < queued; n += 1) {
  safe = core.take(body);
  if (n % 100 === 0) await safe;
}
await safe;

answerQuestions('ready', async () => {
  const cpu = cpuMicros();
  core.setPaused(names, false);
  await drained();
  return { cpuMicros: cpuMicros() - cpu };
});
