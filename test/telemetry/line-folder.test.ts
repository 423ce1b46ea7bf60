import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { LogFields } from '../../src/support/logger.ts';
import { LineFolder } from '../../src/telemetry/line-folder.ts';

interface Folding {
  readonly printed: string[];
  readonly folder: LineFolder;
  take(message: string, fields?: LogFields): void;
}

function folding(t: TestContext, maxKinds = 100): Folding {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const printed: string[] = [];
  const folder = new LineFolder({
    windowMs: 10_000,
    maxKinds,
    print: ({ message, fields }) => printed.push([message, ...Object.values(fields)].join(' ')),
  });
  return { printed, folder, take: (message, fields = {}) => folder.take({ level: 'warn', message, fields }) };
}

test('the first of equal lines is printed at once, the rest are counted at the end of the window', (t) => {
  const { printed, take } = folding(t);
  for (let n = 0; n <= 17; n += 1) take('refused', { bot: '1', n });
  assert.deepEqual(printed, ['refused 1 0']);
  t.mock.timers.tick(10_000);
  assert.deepEqual(printed.slice(1), ['refused (repeated 17 times) 1 17']);
});

test('a burst that goes on is said once a window, one that is over is forgotten', (t) => {
  const { printed, take } = folding(t);
  take('a');
  for (let window = 0; window < 2; window += 1) {
    take('a');
    take('a');
    t.mock.timers.tick(10_000);
  }
  t.mock.timers.tick(10_000);
  take('a');
  assert.deepEqual(printed, ['a', 'a (repeated 2 times)', 'a (repeated 2 times)', 'a']);
});

test('a single repetition is printed as it was', (t) => {
  const { printed, take } = folding(t);
  take('a', { n: 1 });
  take('a', { n: 2 });
  t.mock.timers.tick(10_000);
  assert.deepEqual(printed, ['a 1', 'a 2']);
});

test('lines of other bots, servers, levels and messages are kept apart', (t) => {
  const { printed, folder, take } = folding(t);
  take('a', { bot: '1' });
  take('a', { bot: '2' });
  take('a', { server: '1' });
  take('b', { bot: '1' });
  folder.take({ level: 'error', message: 'a', fields: { bot: '1' } });
  assert.equal(printed.length, 5);
});

test('what is held back is said when the folder is flushed', (t) => {
  const { printed, folder, take } = folding(t);
  take('a');
  take('a');
  take('a');
  folder.flush();
  assert.deepEqual(printed, ['a', 'a (repeated 2 times)']);
  t.mock.timers.tick(60_000);
  assert.equal(printed.length, 2);
});

test('a peer that makes up names is folded into one line once the table is full', (t) => {
  const { printed, folder, take } = folding(t, 10);
  for (let n = 0; n < 1_000; n += 1) take('unknown bot', { bot: n });
  assert.equal(printed.length, 11);
  folder.flush();
  assert.deepEqual(printed.slice(11), ['unknown bot (repeated 989 times) 999']);
});
