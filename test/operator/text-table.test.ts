import assert from 'node:assert/strict';
import { test } from 'node:test';
import { durationText } from '../../src/operator/duration-text.ts';
import { textTable } from '../../src/operator/text-table.ts';
import { cutToWidth, textWidth, wrapToWidth } from '../../src/operator/text-width.ts';

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

const REASON = 'connection refused: nothing listens there; next try in 2 s';

function narrow(maxWidth: number): string[] {
  return textTable(
    [
      { title: 'SERVER', fit: 'cut' },
      'STATE',
      { title: 'FOR', fit: 2 },
      'WAITING',
      { title: 'CALLS', fit: 1 },
      { title: '', fit: 'below' },
    ],
    [
      ['生存服务器的名字很长很长', 'unreachable', '1 min 5 s', '12345', '7', REASON],
      ['creative', 'up', '5 s', '0', '7', ''],
    ],
    { maxWidth },
  );
}

test('a table that is too wide loses what matters least first, then has the remark under its row', () => {
  assert.deepEqual(narrow(200), [
    'SERVER                    STATE        FOR        WAITING  CALLS',
    `生存服务器的名字很长很长  unreachable  1 min 5 s  12345    7      ${REASON}`,
    'creative                  up           5 s        0        7',
  ]);
  assert.deepEqual(narrow(120), [
    'SERVER                    STATE        FOR        WAITING',
    `生存服务器的名字很长很长  unreachable  1 min 5 s  12345    ${REASON}`,
    'creative                  up           5 s        0',
  ]);
  assert.deepEqual(narrow(80), [
    'SERVER                    STATE        FOR        WAITING  CALLS',
    '生存服务器的名字很长很长  unreachable  1 min 5 s  12345    7',
    `    ${REASON}`,
    'creative                  up           5 s        0        7',
  ]);
});

test('at 50 columns names are cut and remarks take several lines, and nothing else is lost', () => {
  assert.deepEqual(narrow(40), [
    'SERVER              STATE        WAITING',
    '生存服务器的名...   unreachable  12345',
    '    connection refused: nothing listens',
    '    there; next try in 2 s',
    'creative            up           0',
  ]);
});

test('every line of a table fits, at whatever width', () => {
  for (let width = 24; width < 130; width += 1) {
    for (const line of narrow(width)) assert.ok(textWidth(line) <= width, `${width}: ${line}`);
  }
});

test('prose is wrapped between words, between wide characters, and anywhere in what is too long', () => {
  assert.deepEqual(wrapToWidth('one two three', 7), ['one two', 'three']);
  assert.deepEqual(wrapToWidth('服务器拒绝了令牌', 7), ['服务器', '拒绝了', '令牌']);
  assert.deepEqual(wrapToWidth('ws://127.0.0.1:5700/', 8), ['ws://127', '.0.0.1:5', '700/']);
  assert.deepEqual(wrapToWidth('a b', 80), ['a b']);
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
