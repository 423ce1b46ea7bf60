import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseCq, type Segment, toCq } from '../../src/onebot/cq-code.ts';

const segment = (type: string, data: Readonly<Record<string, string>> = {}): Segment => ({
  type,
  data: new Map(Object.entries(data)),
});
const text = (content: string) => segment('text', { text: content });

/** CQ texts in their plain spelling and the segments that they are. */
const CASES: readonly (readonly [string, ...Segment[]])[] = [
  [''],
  ['hello', text('hello')],
  ['[CQ:shake]', segment('shake')],
  ['hi [CQ:at,qq=10001] !', text('hi '), segment('at', { qq: '10001' }), text(' !')],
  ['[CQ:face,id=1][CQ:face,id=2]', segment('face', { id: '1' }), segment('face', { id: '2' })],
  ['&#91;CQ:face,id=1&#93; a&amp;b,c', text('[CQ:face,id=1] a&b,c')],
  [
    '[CQ:share,url=http://x/?a=1&amp;b=2,title=a&#44;b&#91;c&#93;]',
    segment('share', { url: 'http://x/?a=1&b=2', title: 'a,b[c]' }),
  ],
  ['&amp;#91;', text('&#91;')],
  ['[CQ:x,v=&amp;#44;]', segment('x', { v: '&#44;' })],
  ['[CQ:image,file=,url=]', segment('image', { file: '', url: '' })],
  ['[CQ:not-yet.known_1,a-b=1]', segment('not-yet.known_1', { 'a-b': '1' })],
  ['群\u{1f600}\n[CQ:at,qq=all]', text('群\u{1f600}\n'), segment('at', { qq: 'all' })],
];

for (const [cq, ...segments] of CASES) {
  test(`CQ text ${JSON.stringify(cq)}`, () => {
    assert.deepEqual(parseCq(cq), segments);
    assert.equal(toCq(segments), cq);
  });
}

test('other spellings are read as aiocqhttp and go-cqhttp read them', () => {
  assert.deepEqual(parseCq('[CQ:at,qq=1,]'), [segment('at', { qq: '1' })]);
  assert.deepEqual(parseCq('[CQ:json,data={"a":[1}]'), [segment('json', { data: '{"a":[1}' })]);
  assert.deepEqual(parseCq('[CQ:x,flag]'), [segment('x', { flag: '' })]);
  assert.deepEqual(parseCq('&#44; &copy;'), [text('&#44; &copy;')]);
});

test('what looks like a code but is none is text', () => {
  for (const plain of [
    '[CQ:',
    '[CQ:at,qq=1',
    '[CQ:]',
    '[CQ:a b]',
    '[CQ:,qq=1]',
    '[CQ:at,q q=1]',
    '[cq:at]',
    'a]b[c',
    '[CQ at]',
  ]) {
    assert.deepEqual(parseCq(plain), [text(plain)], plain);
  }
  assert.deepEqual(parseCq('[CQ:[CQ:shake]'), [text('[CQ:'), segment('shake')]);
  assert.deepEqual(parseCq('[CQ:a b][CQ:shake]'), [text('[CQ:a b]'), segment('shake')]);
});

test('what no CQ code can say is not said: nobody smuggles a code in by a name', () => {
  assert.equal(toCq([segment('x][CQ:at,qq=all')]), undefined);
  assert.equal(toCq([segment('x', { 'a=1,b': '2' })]), undefined);
  assert.equal(toCq([segment('')]), undefined);
  assert.equal(toCq([segment('x', { '': '1' })]), undefined);
  assert.equal(toCq([text('[CQ:at,qq=all]')]), '&#91;CQ:at,qq=all&#93;');
});

const NAME = fc.stringMatching(/^[\w.-]{1,8}$/).filter((name) => name !== 'text' && name !== '__proto__');
const VALUE = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom('&', '[', ']', ',', '=', 'CQ:', '#', ';', 'amp', '91', '44', 'a') }),
);
const CODE = fc
  .tuple(NAME, fc.array(fc.tuple(NAME, VALUE), { maxLength: 4 }))
  .map(([type, data]): Segment => ({ type, data: new Map(data) }));

test('segments survive the way through CQ text', () => {
  const part = fc.oneof(VALUE.filter((value) => value !== '').map(text), CODE);
  fc.assert(
    fc.property(fc.array(part), (segments) => {
      const cq = toCq(segments);
      assert.deepEqual(parseCq(cq ?? assert.fail()), joined(segments));
    }),
  );
});

test('any text is read as some segments, whose own text is stable', () => {
  fc.assert(
    fc.property(VALUE, (anything) => {
      const segments = parseCq(anything);
      const cq = toCq(segments) ?? assert.fail();
      assert.deepEqual(parseCq(cq), segments);
    }),
  );
});

test('a text made to be slow is read in time', () => {
  const size = 200_000;
  for (const hostile of [
    '[CQ:'.repeat(size),
    `${'[CQ:'.repeat(size)}]`,
    '[CQ:a,'.repeat(size),
    ']'.repeat(size),
    '&'.repeat(size),
  ]) {
    assert.equal(toCq(parseCq(hostile)) !== undefined, true);
  }
});

/** Neighbouring texts are one. */
function joined(segments: readonly Segment[]): Segment[] {
  const result: Segment[] = [];
  for (const each of segments) {
    const last = result.at(-1);
    if (each.type === 'text' && last?.type === 'text') {
      result.splice(-1, 1, text(`${last.data.get('text')}${each.data.get('text')}`));
    } else result.push(each);
  }
  return result;
}
