import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Redactor } from '../../src/telemetry/redactor.ts';

function redact(text: string, secrets: readonly string[] = [], maxLength = 1_000): string {
  const redactor = new Redactor();
  redactor.setSecrets(secrets);
  return redactor.redact(text, maxLength);
}

test('a registered secret is masked wherever it stands', () => {
  assert.equal(redact('xhunter2hunter2y', ['hunter2']), 'x******y');
});

test('a secret is masked in a URL and in JSON as well', () => {
  assert.equal(redact('a=p%20%22w%C3%B6rd"{"t":"p \\"wörd"}', ['p "wörd']), 'a=***"{"t":"***"}');
});

test('of two secrets that begin alike the longer one is masked whole', () => {
  assert.equal(redact('secret-long', ['secret', 'secret-long']), '***');
});

test('a secret that looks like a pattern is taken literally', () => {
  assert.equal(redact('aaaaaaa a+(b)[c]-{1}|$', ['a+(b)[c]-{1}|$']), 'aaaaaaa ***');
});

test('a short secret is masked only where it stands alone', () => {
  assert.equal(redact('bot=12 port=5712 (12)', ['12']), 'bot=*** port=5712 (***)');
});

test('an empty secret masks nothing', () => {
  assert.equal(redact('as it was', ['']), 'as it was');
});

test('a secret with half a surrogate pair can be registered', () => {
  assert.equal(redact('token \ud800abcdef', ['\ud800abcdef']), 'token ***');
});

const UNREGISTERED: readonly (readonly [text: string, expected: string])[] = [
  ['ws://h/ws?access_token=abc&x=1', 'ws://h/ws?access_token=***&x=1'],
  ['Access_Token%3Dabc', 'Access_Token%3D***'],
  ['Authorization: Bearer abc', 'Authorization: ***'],
  [`{ authorization: 'Token abc' }`, `{ authorization: '***' }`],
  ['{"Authorization":"abc","x":1}', '{"Authorization":"***","x":1}'],
  ['sent bearer a1b2c3', 'sent bearer ***'],
  ['Token abcdefghijklmnopqrst', 'Token ***'],
  ['X-Signature: sha1=0123abcd', 'X-Signature: sha1=***'],
  [`'x-signature': '0123abcd'`, `'x-signature': '***'`],
  ['http://user:pass@host/', 'http://***@host/'],
  ['token missing', 'token missing'],
  ['the bearer token is wrong', 'the bearer token is wrong'],
];

for (const [text, expected] of UNREGISTERED) {
  test(`${text} becomes ${expected}`, () => assert.equal(redact(text), expected));
}

test('a long text is cut and says how long it was', () => {
  assert.equal(redact('x'.repeat(2_000), [], 10), 'xxxxxxxxxx... (2000 characters)');
});

test('no cut leaves a part of a secret behind', () => {
  const secret = 'abcdefghijklmnopqrstuvwxyz';
  for (let length = 1; length < 400; length += 1) {
    const clean = redact(`${'.'.repeat(length % 30)}${secret.repeat(length)}`, [secret], 20);
    assert.match(clean, /^\.*\**(\.\.\. \(\d+ characters\))?$/);
  }
});
