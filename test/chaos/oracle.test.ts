import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isIntact, numberedEvent, numberOf } from './numbered-event.ts';
import { Oracle } from './oracle.ts';

const arrive = (oracle: Oracle, server: string, ...numbers: number[]) => {
  for (const n of numbers) oracle.arrived({ server, selfId: '1', n, isIntact: true });
};

test('the oracle sees what is lost, comes twice, out of order or changed', () => {
  const oracle = new Oracle(['a', 'b']);
  for (const n of [1, 2, 3, 5]) oracle.promise('1', n);
  arrive(oracle, 'a', 1, 2, 4, 3, 5, 5);
  arrive(oracle, 'b', 1, 5);
  assert.deepEqual([oracle.missing(['a']), oracle.missing(['b']), oracle.missing()], [0, 2, 2]);
  oracle.arrived({ server: 'b', selfId: '1', n: 2, isIntact: false });
  oracle.writeOff();
  assert.deepEqual(oracle.accounts.get('a'), { arrived: 5, duplicates: 1, outOfOrder: 1, corrupt: 0, lost: 0 });
  assert.deepEqual(oracle.accounts.get('b'), { arrived: 3, duplicates: 0, outOfOrder: 1, corrupt: 1, lost: 1 });
});

test('what the oracle has forgotten counts as a duplicate when it comes again', () => {
  const oracle = new Oracle(['a']);
  oracle.promise('1', 1);
  arrive(oracle, 'a', 1, 2);
  oracle.forget();
  oracle.promise('1', 3);
  assert.equal(oracle.missing(), 1);
  arrive(oracle, 'a', 2, 3);
  assert.deepEqual(oracle.accounts.get('a'), { arrived: 3, duplicates: 1, outOfOrder: 0, corrupt: 0, lost: 0 });
});

test('an event knows its number, and a changed one is told', () => {
  const event = numberedEvent('10001', 63);
  assert.equal(numberOf(event), 63);
  const tagged = `${event.slice(0, -1)},"server":"s"}`;
  assert.ok(isIntact(tagged, { selfId: '10001', n: 63, server: 's' }));
  assert.ok(!isIntact(tagged.replace('xx', 'x'), { selfId: '10001', n: 63, server: 's' }));
});
