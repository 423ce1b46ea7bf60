import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { KeyTable, scanObject } from '../../src/onebot/json-scan.ts';
import { MAX_DEPTH, MAX_ITEMS } from '../../src/onebot/json-text.ts';

const KEYS = new KeyTable(['a', 'echo', 'self_id']);

function scan(text: string) {
  const outcome = scanObject(Buffer.from(text), KEYS);
  assert.equal(outcome.kind, 'object', `${text} should be an object`);
  return outcome.kind === 'object' ? outcome.object : assert.fail();
}

function isSound(text: string | Buffer): boolean {
  return scanObject(Buffer.from(text), KEYS).kind === 'object';
}

function isObjectForJsonParse(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

test('what JSON.parse takes as an object is sound, whatever its spacing', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.nat(4), (value, indent) => {
      assert.ok(isSound(JSON.stringify(value, null, indent)));
    }),
  );
});

test('a text with one byte changed is sound exactly when JSON.parse takes it', () => {
  const texts = fc
    .dictionary(fc.string({ maxLength: 4 }), fc.jsonValue({ maxDepth: 2 }))
    .map((value) => JSON.stringify(value));
  const ascii = fc.integer({ min: 0, max: 0x7e });
  fc.assert(
    fc.property(texts, fc.nat(), ascii, (text, at, code) => {
      const position = at % text.length;
      const changed = text.slice(0, position) + String.fromCharCode(code) + text.slice(position + 1);
      // Half a surrogate pair is no UTF-8.
      if (Buffer.from(changed).toString() !== changed) return;
      assert.equal(isSound(changed), isObjectForJsonParse(changed), changed);
    }),
    { numRuns: 2_000 },
  );
});

test('every prefix of an object is unsound', () => {
  const text = '{"a":[1,{"b":"\\u00e9\\n"},-0.5e+3,true,false,null],"echo":"x"}';
  for (let end = 0; end < text.length; end += 1) assert.ok(!isSound(text.slice(0, end)), text.slice(0, end));
  assert.ok(isSound(text));
});

test('the raw value of a member is found and reads as JSON.parse reads it', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (a, other) => {
      const raw = scan(JSON.stringify({ other, a })).raw('a');
      assert.deepEqual(JSON.parse(String(raw)), JSON.parse(JSON.stringify(a)));
    }),
  );
});

test('texts that are no JSON object are unsound', () => {
  const bad = [
    '',
    ' ',
    '[]',
    '1',
    'null',
    '"x"',
    '{} x',
    '{}{}',
    '{a:1}',
    "{'a':1}",
    '{"a":01}',
    '{"a":.5}',
    '{"a":1.}',
  ];
  const worse = [
    '{"a":+1}',
    '{"a":NaN}',
    '{"a":tru}',
    '{"a":"\t"}',
    '{"a":"\\x"}',
    '{"a":"\\u12g4"}',
    '{"a":1,}',
    '{,}',
    '{\ufeff}',
    '{}\ufeff',
  ];
  for (const text of [...bad, ...worse]) assert.ok(!isSound(text), text);
  assert.ok(!isSound(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])), 'not UTF-8');
});

test('nesting is taken up to its bound and refused beyond, without a stack overflow', () => {
  const nested = (depth: number) => `{"a":${'['.repeat(depth)}${']'.repeat(depth)}}`;
  assert.ok(isSound(nested(MAX_DEPTH - 1)));
  assert.ok(!isSound(nested(MAX_DEPTH)));
  assert.ok(!isSound(`{"a":${'['.repeat(1_000_000)}`));
});

test('values and escapes are taken up to their bound in each text, and refused beyond', () => {
  const list = (values: number) => `{"a":[0${',0'.repeat(values - 1)}]}`;
  for (let time = 0; time < 2; time += 1) {
    assert.ok(isSound(list(MAX_ITEMS - 1)));
    assert.ok(!isSound(list(MAX_ITEMS)));
  }
  assert.ok(isSound(`{"a":"${'\\n'.repeat(MAX_ITEMS - 1)}"}`));
  assert.ok(!isSound(`{"a":"${'\\n'.repeat(MAX_ITEMS)}"}`));
});

test('of a repeated member the last counts, and the repetition shows', () => {
  const object = scan('{"a":1,"b":0,"a":2}');
  assert.equal(object.numeral('a'), '2');
  assert.ok(object.isRepeated('a'));
  assert.ok(object.isAmbiguous('a'));
});

test('a name spelt with escapes is found, and the spelling shows', () => {
  const object = scan('{"ech\\u006f":"x"}');
  assert.equal(object.text('echo'), 'x');
  assert.ok(object.isAmbiguous('echo'));
  assert.ok(!object.isRepeated('echo'));
});

test('numerals keep every digit', () => {
  assert.equal(scan('{"self_id":12345678901234567890123}').numeral('self_id'), '12345678901234567890123');
  assert.equal(scan('{"self_id":"10001"}').numeral('self_id'), undefined);
});

test('a value is replaced in its place, and added at the end where it is missing', () => {
  const value = Buffer.from('{"n":1}');
  assert.equal(String(scan('{ "echo" : 5 , "x":1.0}').with('echo', value)), '{ "echo" : {"n":1} , "x":1.0}');
  assert.equal(String(scan('{"x":1.0}').with('echo', value)), '{"x":1.0,"echo":{"n":1}}');
  assert.equal(String(scan('{ }').with('echo', value)), '{ "echo":{"n":1}}');
  assert.equal(String(scan('{"echo":"a longer one","x":[1, 2]}').with('echo', value)), '{"echo":{"n":1},"x":[1, 2]}');
  assert.equal(String(scan('{"echo":"a longer one"}').with('echo', value)), '{"echo":{"n":1}}');
});

test('a member is taken out with one of the commas beside it, wherever and however often it stands', () => {
  assert.equal(String(scan('{"a":1,"b":2}').without('a')), '{"b":2}');
  assert.equal(String(scan('{"b":"x,y","a":1}').without('a')), '{"b":"x,y"}');
  assert.equal(String(scan('{"b":2, "a":1 ,"c":3}').without('a')), '{"b":2, "c":3}');
  assert.equal(String(scan('{ "a":1 }').without('a')), '{  }');
  assert.equal(String(scan('{"a":1,"a":2,"b":3,"\\u0061":4}').without('a')), '{"b":3}');
});

test('taking a member out leaves the rest as JSON.parse reads it', () => {
  const members = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.jsonValue({ maxDepth: 1 })), { maxLength: 6 });
  fc.assert(
    fc.property(members, (list) => {
      const text = `{${list.map(([name, value]) => `"${name}":${JSON.stringify(value)}`).join(',')}}`;
      const expected: Record<string, unknown> = JSON.parse(text);
      delete expected['a'];
      assert.deepEqual(JSON.parse(String(scan(text).without('a'))), expected);
    }),
  );
});

test('a long string is read as JSON.parse reads it, wherever in it something special stands', () => {
  const piece = fc.oneof(
    { weight: 6, arbitrary: fc.nat({ max: 700 }).map((length) => 'x'.repeat(length)) },
    fc.constantFrom('\\"', '\\n', '\\u0041', '图', '\u0001', '"', '\\', '\\q', '\u007f', ' ', '!', '#', '[', ']'),
  );
  fc.assert(
    fc.property(fc.nat({ max: 7 }), fc.array(piece, { maxLength: 8 }), (offset, pieces) => {
      const text = `${' '.repeat(offset)}{"a":"${pieces.join('')}"}`;
      const scan = scanObject(Buffer.from(text), new KeyTable(['a']));
      let parsed: { a: string } | undefined;
      try {
        parsed = JSON.parse(text);
      } catch {
        // Not JSON: the scan has to say so too.
      }
      assert.equal(scan.kind, parsed === undefined ? 'unsound' : 'object');
      if (scan.kind === 'object') assert.equal(scan.object.text('a'), parsed?.a);
    }),
    { numRuns: 500 },
  );
});
