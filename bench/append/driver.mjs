// Durable appends, so many waiting at a time: `node driver.mjs '{"what": "log", "cursorCount": 1, "waiting": 128, ...}'`.
// `log`: through the log's port; `bare`: LMDB alone, one synced transaction for each batch; `copies`: one copy for each
// cursor. `drained: true`: each event is also acknowledged, or removed again. Takes `{"ms": 1000}`.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { open } from 'lmdb';
import { eventBody, SELF_ID } from '../load/events.mjs';
import { answerQuestions, cpuMicros } from '../support/questions.mjs';

const { what, cursorCount, waiting, drained, checkout, home } = JSON.parse(process.argv[2]);
const body = eventBody(0);
const folder = join(home, 'store');

async function openLog() {
  const load = async (file) => await import(pathToFileURL(join(checkout, 'dist', file)).href);
  const { LmdbStore } = await load('log/embedded/lmdb-store.js');
  const { SharedLog } = await load('log/shared-log.js');
  const { readBotFrame } = await load('onebot/bot-frame.js');
  const { silentLogger: logger } = await load('support/logger.js');
  const bounds = { maxAgeMs: 3_600_000, maxEvents: 1e9, maxBytes: 1e12 };
  const log = new SharedLog({
    // Version 1.0.0, which this one is compared with, opens it by its constructor.
    store: LmdbStore.open
      ? await LmdbStore.open({ dataDir: folder, configFile: 'bench', logger })
      : new LmdbStore(folder, logger),
    boundsOf: () => bounds,
    maxMemoryBytes: 64 * 1024 * 1024,
    logger,
  });
  const names = Array.from({ length: cursorCount }, (_, n) => `server-${n}`);
  const cursors = names.map((name) => log.cursor(name));
  const { event } = readBotFrame(body, SELF_ID);
  const appendOne = async () => {
    // Another object for each, as for events that come.
    await log.append({ ...event }, names, { mustBeSafe: true });
    if (!drained) return;
    for (const cursor of cursors) cursor.acknowledge(cursor.take());
  };
  return async (mayGoOn) => {
    let events = 0;
    const lane = async () => {
      while (mayGoOn()) {
        await appendOne();
        events += 1;
      }
    };
    await Promise.all(Array.from({ length: waiting }, lane));
    return events;
  };
}

async function openBare() {
  const db = open({ path: folder, encoding: 'binary', mapSize: 4 * 1024 ** 3, overlappingSync: false });
  const copies = what === 'copies' ? cursorCount : 1;
  let sequence = 0;
  return async (mayGoOn) => {
    let events = 0;
    while (mayGoOn()) {
      const first = sequence;
      // Without overlapping sync it returns when the disk has it.
      db.transactionSync(() => {
        for (let n = 0; n < waiting * copies; n += 1) {
          void db.put(sequence, body);
          if (drained && first > 0) void db.remove(first - waiting * copies + n);
          sequence += 1;
        }
      });
      events += waiting;
      await new Promise((resolve) => setImmediate(resolve));
    }
    return events;
  };
}

const append = what === 'log' ? await openLog() : await openBare();

/** What the process has had written to the disk so far. */
function writtenBytes() {
  return Number(/^write_bytes: (\d+)$/m.exec(readFileSync('/proc/self/io', 'utf8'))?.[1]);
}

async function run({ ms }) {
  const cpu = cpuMicros();
  const written = writtenBytes();
  const start = performance.now();
  const events = await append(() => performance.now() - start < ms);
  const tookMs = performance.now() - start;
  return {
    eventsPerS: (events / tookMs) * 1e3,
    cpuMicrosPerEvent: (cpuMicros() - cpu) / events,
    writtenBytesPerEvent: (writtenBytes() - written) / events,
  };
}

answerQuestions('ready', run);
