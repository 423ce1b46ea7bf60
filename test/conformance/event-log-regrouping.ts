import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { CursorMove } from '../../src/log/types.ts';
import { drain, event, type LogEngine } from './event-log.ts';

const BOUNDS = { maxAgeMs: 60_000, maxEvents: 1_000, maxBytes: 1e9, maxMemoryBytes: 1e9 };

/** What every engine has to do when servers are renamed, swapped, or get another protocol. */
export function testRegrouping(engine: LogEngine): void {
  const make = (t: TestContext) => engine.open(t, BOUNDS);

  test(`${engine.name}: cursors swap their names at once, and what comes next goes to the new ones`, async (t) => {
    const log = await make(t);
    await log.append(event(0), ['a']);
    await log.append(event(1), ['b']);
    log.regroup(
      new Map([
        ['a', 'b'],
        ['b', 'a'],
      ]),
    );
    await log.append(event(2), ['a', 'b']);
    assert.deepEqual(drain(log.cursor('a')), [1, 2]);
    assert.deepEqual(drain(log.cursor('b')), [0, 2]);
  });

  test(`${engine.name}: what moves to a name where events wait is put between them, each event once`, async (t) => {
    const log = await make(t);
    for (let n = 0; n < 6; n += 1) await log.append(event(n), [['a'], ['b'], ['a', 'b']][n % 3] ?? []);
    const cursor = log.cursor('a');
    const oldest = cursor.oldestAt;
    log.regroup(new Map([['b', 'a']]));
    assert.deepEqual(log.cursorNames(), ['a']);
    const merged = log.cursor('a');
    assert.deepEqual([merged.waitingEvents, merged.oldestAt], [6, oldest]);
    await log.append(event(6), ['a']);
    assert.deepEqual(drain(merged), [0, 1, 2, 3, 4, 5, 6]);
    assert.equal(merged.waitingBytes, 0);
  });

  test(`${engine.name}: a cursor is split by bot and put together again in order`, async (t) => {
    const log = await make(t);
    for (let n = 0; n < 6; n += 1) await log.append(event(n, 10, 1 + (n % 2)), ['a', 'other']);
    log.regroup(new Map([['a', ({ selfId }: { selfId: string }) => [`a/${selfId}`]]]));
    assert.deepEqual(drain(log.cursor('a/1')), [0, 2, 4]);
    await log.append(event(6, 10, 1), ['a/1', 'other']);
    log.regroup(
      new Map([
        ['a/1', 'a'],
        ['a/2', 'a'],
      ]),
    );
    assert.deepEqual(drain(log.cursor('a')), [1, 3, 5, 6]);
    assert.deepEqual(drain(log.cursor('other')), [0, 1, 2, 3, 4, 5, 6]);
  });

  test(`${engine.name}: nothing is moved while a cursor that takes part has an event in flight`, async (t) => {
    const log = await make(t);
    for (let n = 0; n < 4; n += 1) await log.append(event(n), n % 2 === 0 ? ['a'] : ['b']);
    const taken = log.cursor('b').take();
    for (const moves of [
      new Map([['b', 'c']]),
      new Map([['a', 'b']]),
      new Map([
        ['a', 'c'],
        ['b', 'c'],
      ]),
    ]) {
      assert.throws(() => log.regroup(moves), /in flight/);
    }
    if (taken !== undefined) log.cursor('b').acknowledge(taken);
    assert.deepEqual(log.cursorNames().toSorted(), ['a', 'b']);
    assert.deepEqual(drain(log.cursor('a')), [0, 2]);
    assert.deepEqual(drain(log.cursor('b')), [3]);
  });

  test(`${engine.name}: a regrouping that is undone leaves each cursor what it had and has not been read since`, async (t) => {
    const log = await make(t);
    for (let n = 0; n < 9; n += 1) {
      await log.append(event(n, 10, 1 + (n % 2)), [['a', 'c'], ['b'], ['a', 'b', 'c']][n % 3] ?? []);
    }
    const undo = log.regroup(
      new Map<string, CursorMove>([
        ['b', 'a'],
        ['c', ({ selfId }) => [`c/${selfId}`]],
      ]),
    );
    const cursor = log.cursor('a');
    for (let count = 0; count < 2; count += 1) {
      const entry = cursor.take();
      if (entry !== undefined) cursor.acknowledge(entry);
    }
    undo();
    assert.deepEqual(log.cursorNames().toSorted(), ['a', 'b', 'c']);
    assert.deepEqual(drain(log.cursor('a')), [2, 3, 5, 6, 8]);
    assert.deepEqual(drain(log.cursor('b')), [2, 4, 5, 7, 8]);
    assert.deepEqual(drain(log.cursor('c')), [0, 2, 3, 5, 6, 8]);
  });

  test(`${engine.name}: dead letters go along to another server, with their bytes, and can be swapped`, async (t) => {
    const log = await make(t);
    for (const [n, server] of ['a', 'b', 'a'].entries()) {
      log.deadLetters.add({ server, event: event(n), reason: 'answered with 403', status: 403 });
    }
    log.deadLetters.regroup(({ server }) => (server === 'a' ? 'b' : 'a'))();
    log.deadLetters.regroup(({ server }) => (server === 'a' ? 'b' : 'a'));
    const owners = log.deadLetters.list().map(({ server }) => server);
    assert.deepEqual(owners, ['b', 'a', 'b']);
    const bytes = log.deadLetters.take('b').map((each) => String(each.bytes));
    assert.deepEqual(bytes, [String(event(0).bytes), String(event(2).bytes)]);
    assert.equal(log.deadLetters.list('a').length, 1);
  });
}
