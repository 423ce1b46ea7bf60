import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MemoryStore } from '../../src/log/memory-store.ts';
import { SharedLog } from '../../src/log/shared-log.ts';
import { LeasedCursor } from '../../src/servers/leased-cursor.ts';
import { silentLogger } from '../../src/support/logger.ts';
import { drain, event, numberOf } from '../conformance/event-log.ts';

const BOUNDS = { maxAgeMs: 60_000, maxEvents: 1_000, maxBytes: 1e9 };

test('what a worker that has ended still says of its events changes nothing for the next one', async (t) => {
  const store = new MemoryStore();
  const log = new SharedLog({ store, boundsOf: () => BOUNDS, maxMemoryBytes: 1e9, logger: silentLogger });
  t.after(() => log.close());
  for (let n = 0; n < 3; n += 1) await log.append(event(n), ['a']);
  const old = new LeasedCursor(log.cursor('a'));
  const first = old.take() ?? assert.fail();
  old.end();
  const next = new LeasedCursor(log.cursor('a'));
  const again = next.take() ?? assert.fail();
  assert.equal(numberOf(again), 0);
  old.acknowledge(first);
  old.giveBack(first);
  old.rewind();
  old.setReader(() => assert.fail('it reads no more'));
  assert.deepEqual([old.take(), old.readable], [undefined, false]);
  assert.equal(next.waitingEvents, 3);
  next.acknowledge(again);
  assert.deepEqual(drain(next), [1, 2]);
});
