import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeNetworkError, errorCode } from '../../src/support/network-error.ts';

test('failures are told in words, whichever library they come from', () => {
  const coded = (code: string, message = '') => Object.assign(new Error(message), { code });
  assert.match(describeNetworkError(coded('ECONNREFUSED')), /nothing listens/);
  assert.match(describeNetworkError(new AggregateError([coded('ECONNREFUSED')])), /nothing listens/);
  assert.match(describeNetworkError(new Error('fetch failed', { cause: coded('ENOTFOUND') })), /no such host/);
  assert.match(describeNetworkError(new Error('Unexpected server response: 401')), /401.*access_token/);
  assert.match(describeNetworkError(new Error('Opening handshake has timed out')), /handshake/);
  assert.equal(describeNetworkError(coded('EODD', 'odd thing')), 'odd thing');
  assert.equal(describeNetworkError('text'), 'text');
  assert.equal(errorCode(undefined), undefined);
});
