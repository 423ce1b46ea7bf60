import { join } from 'node:path';
import { Child } from '../support/child.mjs';
import { contest, describePeers, ratio } from '../support/contest.mjs';
import { newFolder } from '../support/scratch.mjs';
import { atLeast } from '../support/targets.mjs';

export const name = 'append';
export const summary = 'durable appends through the log, 128 waiting at a time, and LMDB alone in batches of 128';

const DRIVER = join(import.meta.dirname, 'driver.mjs');
const WAITING = 128;

const COLUMNS = [
  ['events/s', 'eventsPerS'],
  ['µs CPU/event', 'cpuMicrosPerEvent'],
  ['bytes written/event', 'writtenBytesPerEvent'],
];

/** @param {import('../options.mjs').Options} options */
export async function run({ rounds, ms, checkout, say }) {
  const contender = (title, what) => ({ name: title, start: () => start({ waiting: WAITING, checkout, ...what }, ms) });
  const kept = await contest(
    [
      contender('log, 1 server', { what: 'log', cursorCount: 1 }),
      contender('log, 200 servers', { what: 'log', cursorCount: 200 }),
      contender('bare', { what: 'bare' }),
      contender('a copy for each of 200', { what: 'copies', cursorCount: 200 }),
    ],
    { rounds },
  );
  say(describePeers('appended and kept', kept, COLUMNS));
  const drained = await contest(
    [
      contender('log, 1 server', { what: 'log', cursorCount: 1, drained: true }),
      contender('log, 10 servers', { what: 'log', cursorCount: 10, drained: true }),
      contender('log, 200 servers', { what: 'log', cursorCount: 200, drained: true }),
      contender('bare', { what: 'bare', drained: true }),
    ],
    { rounds },
  );
  say(describePeers('appended, delivered and removed again', drained, COLUMNS));
  const over = (peers, pair) => ratio(peers, 'eventsPerS', pair);
  const targets = [
    atLeast('durable append: events/s over the bare store', over(kept, ['log, 1 server', 'bare']), 0.85),
    atLeast('durable append and removal: events/s over the bare store', over(drained, ['log, 1 server', 'bare']), 0.85),
    atLeast(
      'durable append for 200 servers: events/s over a copy for each',
      over(kept, ['log, 200 servers', 'a copy for each of 200']),
      75,
    ),
  ];
  return { kept, drained, targets };
}

async function start(options, ms) {
  const what = { ...options, home: newFolder('append') };
  const child = new Child({ name: 'append', command: process.execPath, args: [DRIVER, JSON.stringify(what)] });
  await child.answer();
  return { measure: () => child.ask({ ms }), stop: () => child.stop() };
}
