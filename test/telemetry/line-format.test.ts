import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import { BridgeError } from '../../src/support/errors.ts';
import type { LogFields } from '../../src/support/logger.ts';
import { inEnglish } from '../../src/support/text.ts';
import { fieldValues } from '../../src/telemetry/field-values.ts';
import { jsonLine, type LogRecord, textLine } from '../../src/telemetry/line-format.ts';

const TIME = new Date(2024, 0, 2, 3, 4, 5);

function recordOf(fields: LogFields, stacks = false): LogRecord {
  const values = fieldValues(fields, { redact: (text, length) => text.slice(0, length), speak: inEnglish, stacks });
  return { time: TIME, level: 'info', message: 'a message', values };
}

function text(fields: LogFields): string {
  return textLine(recordOf(fields), false).replace('[03:04:05] [INFO] a message', '').trimStart();
}

test('a line is time, level, message and fields', () => {
  const line = textLine(recordOf({ bot: '10001', queued: 3, ok: true, none: null, absent: undefined }), false);
  assert.equal(line, '[03:04:05] [INFO] a message bot=10001 queued=3 ok=true none=null');
});

test('colour only adds to a line', () => {
  const coloured = textLine(recordOf({ bot: '10001' }), true);
  assert.ok(coloured.includes('\u001b[32m[INFO]\u001b[0m'));
  assert.equal(stripVTControlCharacters(coloured), textLine(recordOf({ bot: '10001' }), false));
});

const VALUES: readonly (readonly [name: string, value: unknown, expected: string])[] = [
  ['Chinese text stays readable', '生存服', 'v=生存服'],
  ['text with a space is quoted', 'a b', 'v="a b"'],
  ['empty text is quoted', '', 'v=""'],
  ['a quote and a backslash are escaped', 'a"\\', 'v="a\\"\\\\"'],
  ['an equals sign cannot fake a field', 'x=1', 'v="x=1"'],
  ['a line end cannot fake a line', 'a\n[12:00:00] [ERROR] b', 'v="a\\n[12:00:00] [ERROR] b"'],
  ['a terminal sequence is escaped', '\u001b[2J\u009b2J\u007f', 'v="\\u001b[2J\\u009b2J\\u007f"'],
  ['marks of the writing direction are escaped', '\u202eabc', 'v="\\u202eabc"'],
  ['half a surrogate pair is escaped', '\ud800', 'v="\\ud800"'],
  ['a big integer keeps its digits', 2n ** 64n, 'v=18446744073709551616'],
  ['NaN is text', Number.NaN, 'v=NaN'],
  ['bytes are counted, not shown', Buffer.from('secret'), 'v="<6 bytes>"'],
  ['a date is ISO', new Date(0), 'v=1970-01-01T00:00:00.000Z'],
  ['an impossible date is null', new Date(Number.NaN), 'v=null'],
  ['a URL is its text', new URL('http://a/b'), 'v=http://a/b'],
  ['an object is on one line', { a: { b: [1, 2] }, c: '\n' }, `v="{ a: { b: [ 1, 2 ] }, c: '\\\\n' }"`],
];

for (const [name, value, expected] of VALUES) {
  test(name, () => assert.equal(text({ v: value }), expected));
}

test('an object that contains itself can be logged', () => {
  const loop: Record<string, unknown> = {};
  loop['self'] = loop;
  assert.match(text({ v: loop }), /Circular/);
});

test('an error is its message and its code', () => {
  const error = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:1'), { code: 'ECONNREFUSED' });
  assert.equal(text({ error }), 'error="connect ECONNREFUSED 127.0.0.1:1" code=ECONNREFUSED');
});

test('an error tells what caused it', () => {
  const cause = Object.assign(new Error('other side closed'), { code: 'UND_ERR_SOCKET' });
  const error = new TypeError('fetch failed', { cause });
  assert.equal(text({ error }), 'error="fetch failed: other side closed" code=UND_ERR_SOCKET');
});

test('an error that causes itself comes to an end', () => {
  const error = new Error('a');
  error.cause = error;
  assert.equal(text({ error }), 'error=a');
});

test('an error of many addresses names them', () => {
  const error = new AggregateError([new Error('first'), new Error('second')]);
  assert.equal(text({ error }), 'error="Error: first; Error: second"');
});

test('the fields of a BridgeError are logged with it', () => {
  const error = new BridgeError('PORT_IN_USE', 'taken', { fields: { port: 5700 } });
  assert.equal(text({ error }), 'port=5700 error=taken code=PORT_IN_USE');
});

test('the stack comes along only at debug', () => {
  const error = new Error('a');
  assert.equal('stack' in recordOf({ error }).values, false);
  assert.match(String(recordOf({ error }, true).values['stack']), /line-format\.test/);
});

test('a field that is named like a secret is masked whatever it holds', () => {
  assert.equal(text({ accessToken: 'x', access_token: 7, Authorization: {}, secret: null }).match(/\*{3}/g)?.length, 4);
});

test('a JSON line is one object with all fields, and keeps its own members', () => {
  const line = jsonLine(recordOf({ bot: '1', n: 2, level: 'fake', text: '\u009b\n' }));
  assert.equal(line.includes('\u009b'), false);
  const { time, ...rest } = JSON.parse(line);
  assert.equal(time, TIME.toISOString());
  assert.deepEqual(rest, {
    level: 'info',
    message: 'a message',
    bot: '1',
    n: 2,
    field_level: 'fake',
    text: '\u009b\n',
  });
});
