import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ByteBudget, GrowingBuffer } from '../../src/support/growing-buffer.ts';

test('chunks of any size come out as one text, in order', () => {
  const buffer = new GrowingBuffer({ maxBytes: 1_000_000 });
  const sizes = [0, 1, 1, 70_000, 3, 0, 64 * 1024, 1];
  const chunks = sizes.map((size, n) => Buffer.alloc(size, n + 1));
  for (const chunk of chunks) assert.equal(buffer.append(chunk), 'taken');
  assert.deepEqual(buffer.bytes, Buffer.concat(chunks));
  assert.deepEqual(buffer.take(), Buffer.concat(chunks));
  assert.equal(buffer.length, 0);
});

test('a body that comes in one chunk is not copied', () => {
  const chunk = Buffer.alloc(10_000, 1);
  const buffer = new GrowingBuffer({ maxBytes: 10_000 });
  buffer.append(chunk);
  assert.equal(buffer.take().buffer, chunk.buffer);
});

test('the sender of a chunk may write into it afterwards, once a second one has come', () => {
  const first = Buffer.alloc(4096, 'a');
  const buffer = new GrowingBuffer({ maxBytes: 1_000_000 });
  buffer.append(first);
  buffer.append(Buffer.from('b'));
  first.fill('x');
  assert.equal(buffer.take().toString(), `${'a'.repeat(4096)}b`);
});

test('a million chunks of one byte are held in two megabytes at most, and the budget is charged with them', () => {
  const budget = new ByteBudget(4_000_000);
  const buffer = new GrowingBuffer({ maxBytes: 2_000_000, budget });
  for (let n = 0; n < 1_000_000; n++) buffer.append(Buffer.from([n & 0xff]));
  assert.ok(budget.heldBytes >= 1_000_000 && budget.heldBytes <= 2_000_000, String(budget.heldBytes));
  const taken = buffer.take();
  assert.equal(taken.length, 1_000_000);
  assert.ok(taken.buffer.byteLength <= 1_200_000, 'what is handed out has no empty half');
  assert.equal(budget.heldBytes, 0);
});

test('an announced size saves the last copy and reserves nothing before the bytes come', () => {
  const budget = new ByteBudget(1_000_000);
  const buffer = new GrowingBuffer({ maxBytes: 1_000_000, budget, expectedBytes: 700_000 });
  buffer.append(Buffer.alloc(1_000, 1));
  assert.equal(budget.heldBytes, 1_000);
  while (buffer.length < 700_000) buffer.append(Buffer.alloc(1_000, 2));
  assert.equal(budget.heldBytes, 700_000);
  assert.equal(buffer.take().buffer.byteLength, 700_000);
});

test('what is past a bound is not taken in: its own, or that of all together', () => {
  const budget = new ByteBudget(10_000);
  const [one, other] = [1, 2].map(() => new GrowingBuffer({ maxBytes: 8_000, budget }));
  assert.ok(one !== undefined && other !== undefined);
  assert.equal(one.append(Buffer.alloc(8_000)), 'taken');
  assert.equal(one.append(Buffer.alloc(1)), 'too large');
  assert.equal(other.append(Buffer.alloc(3_000)), 'no room');
  assert.equal(one.length + other.length, 8_000);
  one.clear();
  assert.equal(other.append(Buffer.alloc(3_000)), 'taken');
  assert.equal(budget.heldBytes, 3_000);
});

test('the front of what is gathered can be taken away', () => {
  const budget = new ByteBudget(10_000);
  const buffer = new GrowingBuffer({ maxBytes: 8_000, budget });
  buffer.append(Buffer.from('first|'));
  buffer.append(Buffer.from('second'));
  const first = buffer.bytes.subarray(0, 5);
  buffer.dropTo(6);
  buffer.append(Buffer.from('!'));
  assert.equal(buffer.take().toString(), 'second!');
  assert.equal(first.toString(), 'first', 'a view handed out before keeps its bytes');
  assert.equal(budget.heldBytes, 0);
});
