import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LogEntry } from '../../src/log/types.ts';
import { BreakWatch } from '../../src/servers/delivery/break-watch.ts';

const CLOSED = { code: 1006, reason: '', isSilence: false };
const SILENT = { code: 1006, reason: '', isSilence: true };

const entries = (count: number): LogEntry[] =>
  Array.from({ length: count }, (_, n) => ({ sequence: n + 1, appendedAt: 0, byteLength: 1 }) as LogEntry);

test('three breaks with the same oldest event make care necessary, until an event behind the suspects is sent', () => {
  const [first, second, third] = entries(3) as [LogEntry, LogEntry, LogEntry];
  const watch = new BreakWatch();
  for (let n = 0; n < 3; n += 1) {
    assert.equal(watch.isCareful, false);
    assert.equal(watch.broke([first, second], CLOSED, false), undefined);
  }
  assert.equal(watch.isCareful, true);
  watch.sends(first);
  watch.sends(second);
  assert.equal(watch.isCareful, true);
  watch.sends(third);
  assert.equal(watch.isCareful, false);
});

test('an event that was sent alone over a sound link and breaks it is named, wherever it stood', () => {
  const [first, second] = entries(2) as [LogEntry, LogEntry];
  const watch = new BreakWatch();
  for (let n = 0; n < 3; n += 1) watch.broke([first, second], CLOSED, false);
  assert.equal(watch.broke([second], CLOSED, true), second);
});

test('an application that gets on between its breaks is not suspected', () => {
  const [first, second] = entries(2) as [LogEntry, LogEntry];
  const watch = new BreakWatch();
  for (const oldest of [first, first, second, first, first]) watch.broke([oldest], CLOSED, false);
  assert.equal(watch.isCareful, false);
  // A break with no event under way says nothing about any event.
  for (let n = 0; n < 5; n += 1) assert.equal(watch.broke([], CLOSED, false), undefined);
  assert.equal(watch.isCareful, false);
});

test('silence makes no suspicion, and names an event that was sent alone the second time only', () => {
  const [first] = entries(1) as [LogEntry];
  const watch = new BreakWatch();
  for (let n = 0; n < 5; n += 1) watch.broke([first], SILENT, false);
  assert.equal(watch.isCareful, false);
  const other = new BreakWatch();
  for (let n = 0; n < 3; n += 1) other.broke([first], CLOSED, false);
  assert.equal(other.broke([first], SILENT, true), undefined);
  assert.equal(other.broke([first], SILENT, true), first);
});
