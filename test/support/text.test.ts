import assert from 'node:assert/strict';
import { test } from 'node:test';
import { text } from '../../src/support/text.ts';

test('a text knows its template and says itself in English', () => {
  const inner = text`${2} events`;
  const sentence = text`${'survival'} has ${inner} waiting`;
  assert.equal(sentence.template, '{0} has {1} waiting');
  assert.equal(String(sentence), 'survival has 2 events waiting');
  assert.equal(JSON.stringify({ sentence }), '{"sentence":"survival has 2 events waiting"}');
  assert.equal(text`plain`.template, 'plain');
});

test('braces in a value are no places', () => {
  assert.equal(String(text`got ${'{1}'} and ${'b'}`), 'got {1} and b');
});
