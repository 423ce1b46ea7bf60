import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeNetworkError, errorCode } from '../../src/support/network-error.ts';

function described(error: unknown): string {
  return String(describeNetworkError(error));
}

test('failures are told in words, whichever library they come from', () => {
  const coded = (code: string, message = '') => Object.assign(new Error(message), { code });
  assert.match(described(coded('ECONNREFUSED')), /nothing listens/);
  assert.match(described(new AggregateError([coded('ECONNREFUSED')])), /nothing listens/);
  assert.match(described(new Error('fetch failed', { cause: coded('ENOTFOUND') })), /no such host/);
  assert.match(described(new Error('Unexpected server response: 401')), /401.*access_token/);
  assert.match(described(new Error('Opening handshake has timed out')), /handshake/);
  assert.equal(described(coded('EODD', 'odd thing')), 'odd thing');
  assert.equal(described('text'), 'text');
  assert.equal(errorCode(undefined), undefined);
});
