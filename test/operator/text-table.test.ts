import assert from 'node:assert/strict';
import { test } from 'node:test';
import { durationText } from '../../src/operator/duration-text.ts';
import { cutToWidth, textTable, textWidth } from '../../src/operator/text-table.ts';

const WIDTHS: readonly (readonly [text: string, width: number])[] = [
  ['', 0],
  ['abc', 3],
  ['生存服', 6],
  ['サーバー', 8],
  ['서버', 4],
  ['ｱｲｳ', 3],
  ['𠮷', 2],
  ['ＡＢ，。', 8],
  ['e\u0301', 1],
  ['👩‍👩‍👧', 2],
  ['é€—', 3],
];

for (const [text, width] of WIDTHS) {
  test(`"${text}" takes ${width} columns`, () => assert.equal(textWidth(text), width));
}

test('columns are aligned under wide names, and lines end without blanks', () => {
  assert.deepEqual(
    textTable(
      ['NAME', 'N', ''],
      [
        ['生存服', '1', ''],
        ['a', '10', 'x'],
      ],
    ),
    ['NAME    N', '生存服  1', 'a       10  x'],
  );
});

test('a text is cut at a whole character, never wider than asked', () => {
  assert.equal(cutToWidth('abcdef', 6), 'abcdef');
  assert.equal(cutToWidth('abcdefg', 6), 'abc...');
  assert.equal(cutToWidth('生存服务器', 8), '生存...');
});

test('what a peer put into a cell stays in its cell', () => {
  assert.deepEqual(textTable(['A', 'B'], [['\n\u001b[2J', 'b']]), ['A            B', '\\n\\u001b[2J  b']);
});

const DURATIONS: readonly (readonly [ms: number, text: string])[] = [
  [-5, '0 s'],
  [999, '0 s'],
  [59_999, '59 s'],
  [60_000, '1 min'],
  [3_725_000, '1 h 2 min'],
  [86_400_000 * 3 + 60_000, '3 d'],
];

for (const [ms, text] of DURATIONS) {
  test(`${ms} ms are ${text}`, () => assert.equal(String(durationText(ms)), text));
}
