import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readRole, readSelfIdHeader, readToken } from '../../src/onebot/identity.ts';
import { isSignedBy, sign } from '../../src/onebot/signature.ts';

test('tokens are read as Bearer and Token in any case, alone, and from the query, where a plus stands for itself', () => {
  const cases: [string | undefined, string, string | undefined][] = [
    ['Bearer abc', '/', 'abc'],
    ['bearer  abc ', '/', 'abc'],
    ['TOKEN abc', '/', 'abc'],
    [undefined, '/ws?access_token=a%20b', 'a b'],
    ['Bearer ', '/?access_token=abc', 'abc'],
    ['Bearer ', '/', undefined],
    ['Bearer', '/', undefined],
    ['Basic abc', '/', undefined],
    ['abc', '/', 'abc'],
    ['  abc ', '/?access_token=def', 'abc'],
    ['Token', '/?access_token=abc', 'abc'],
    ['Basic abc', '/?access_token=def', 'def'],
    [undefined, '/ws?access_token=a+b%2Bc', 'a+b+c'],
    [undefined, '/ws?x=1&access_token=a+/=', 'a+/='],
    [undefined, '/?access_token=', undefined],
    ['Bearer abc', '/?access_token=def', 'abc'],
  ];
  for (const [authorization, url, expected] of cases) {
    assert.equal(
      readToken(authorization === undefined ? {} : { authorization }, url),
      expected,
      `${authorization} ${url}`,
    );
  }
});

test('roles are read in any case; a missing one is Universal, an unknown one none', () => {
  assert.equal(readRole({ 'x-client-role': 'api' }), 'API');
  assert.equal(readRole({ 'x-client-role': 'EVENT' }), 'Event');
  assert.equal(readRole({ 'x-client-role': ' universal ' }), 'Universal');
  assert.equal(readRole({}), 'Universal');
  assert.equal(readRole({ 'x-client-role': 'constructor' }), undefined);
});

test('X-Self-ID is an account id, or none', () => {
  assert.deepEqual(readSelfIdHeader({ 'x-self-id': ' 10001 ' }), { kind: 'self-id', selfId: '10001' });
  assert.deepEqual(readSelfIdHeader({ 'x-self-id': '' }), { kind: 'missing' });
  assert.deepEqual(readSelfIdHeader({ 'x-self-id': '1, 2' }), { kind: 'unsound' });
});

test('an X-Self-ID that stands for no account counts as missing', () => {
  for (const text of ['0', '00', '-0', ' 0 ', 'None', 'null', 'NULL', 'nil', 'undefined', 'NaN', '']) {
    assert.deepEqual(readSelfIdHeader({ 'x-self-id': text }), { kind: 'missing' }, text);
  }
  for (const text of ['10', 'nobody', 'none1', 'u_null']) {
    assert.deepEqual(readSelfIdHeader({ 'x-self-id': text }), { kind: 'self-id', selfId: text });
  }
});

test('a signature is checked over the very bytes', () => {
  const body = Buffer.from('{"a":"你好"}');
  assert.ok(isSignedBy(body, 'key', sign(body, 'key')));
  assert.ok(isSignedBy(body, 'key', sign(body, 'key').toUpperCase()));
  assert.ok(!isSignedBy(Buffer.concat([body, Buffer.from(' ')]), 'key', sign(body, 'key')));
  for (const junk of ['', 'sha1=', 'sha1=00', 'md5=x']) assert.ok(!isSignedBy(body, 'key', junk));
});
