import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LogEntry } from '../../src/log/types.ts';
import { readBotFrame } from '../../src/onebot/bot-frame.ts';
import { EventForm } from '../../src/servers/delivery/event-form.ts';
import { FrameLimit } from '../../src/servers/delivery/frame-limit.ts';
import { silentLogger } from '../../src/support/logger.ts';

const FORM = new EventForm({ name: 's', tag: false, messageFormat: 'keep' }, silentLogger);

function entryOf(byteLength: number): LogEntry {
  const head = '{"self_id":1,"post_type":"notice","a":"';
  const frame = readBotFrame(Buffer.from(`${head}${'a'.repeat(byteLength - head.length - 2)}"}`));
  assert.equal(frame.kind, 'event');
  return { sequence: 1, appendedAt: 0, storedAt: 0, byteLength, event: frame.event };
}

test('the smallest frame that was refused is the limit, and the first one is news', () => {
  const limit = new FrameLimit();
  assert.equal(limit.refuses(1e9), false);
  assert.equal(limit.refused(2_000), true);
  assert.deepEqual([limit.refuses(1_999), limit.refuses(2_000)], [false, true]);
  assert.equal(limit.refused(1_000), false);
  assert.equal(limit.refused(3_000), false);
  assert.equal(limit.refusedBytes, 1_000);
});

test('the limit is never below what the server has taken', () => {
  const limit = new FrameLimit();
  limit.took(entryOf(500), FORM);
  assert.equal(limit.refused(500), false);
  assert.equal(limit.refusedBytes, undefined);
  limit.refused(1_000);
  limit.took(entryOf(999), FORM);
  assert.equal(limit.refusedBytes, 1_000);
  limit.took(entryOf(1_000), FORM);
  assert.equal(limit.refusedBytes, undefined);
});

test('a limit that is forgotten is learned anew', () => {
  const limit = new FrameLimit();
  limit.took(entryOf(500), FORM);
  limit.refused(1_000);
  limit.forget();
  assert.equal(limit.refuses(1_000), false);
  assert.equal(limit.refused(400), true);
});
