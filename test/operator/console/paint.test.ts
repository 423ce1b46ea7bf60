import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { paintAnswer } from '../../../src/operator/console/paint.ts';
import { inEnglish } from '../../../src/support/text.ts';

test('heads and states are coloured, and nothing else changes', () => {
  const lines = ['SERVER    LINK     FOR', '我的世界  up       1 s', 'web       waiting  2 s', 'up there is  a name'];
  const painted = paintAnswer('ok', lines, inEnglish);
  assert.deepEqual(painted.map(stripVTControlCharacters), lines);
  assert.deepEqual(
    painted.map((line) => line.includes('\u001b')),
    [true, true, true, false],
  );
  assert.ok(painted[1]?.endsWith('\u001b[32mup\u001b[0m       1 s'));
});

test('what failed and what is wrong stands out', () => {
  assert.deepEqual(paintAnswer('failed', ['no'], inEnglish), ['\u001b[31mno\u001b[0m']);
  assert.deepEqual(paintAnswer('wrong', ['no'], inEnglish), ['\u001b[33mno\u001b[0m']);
});
