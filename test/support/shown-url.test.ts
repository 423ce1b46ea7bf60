import assert from 'node:assert/strict';
import { test } from 'node:test';
import { secretsInUrl, shownUrl } from '../../src/support/shown-url.ts';

test('an address is shown without its user and without the values of its query', () => {
  const cases: [string, string][] = [
    ['ws://h:1/ws/', 'ws://h:1/ws/'],
    ['ws://h/x?access_token=S', 'ws://h/x?access_token=***'],
    ['http://h/?a=1&t=S&T', 'http://h/?a=***&t=***&***'],
    ['http://user:pass@h/x', 'http://***@h/x'],
    ['http://S@h/x?S#S', 'http://***@h/x?***'],
    ['http://h/x@y?', 'http://h/x@y'],
  ];
  for (const [address, shown] of cases) assert.equal(shownUrl(address), shown);
});

test('what is secret in an address is what its query names so', () => {
  assert.deepEqual(secretsInUrl('http://h/?access_token=S%40&x=1&api_key=K'), ['S@', 'K']);
  assert.deepEqual(secretsInUrl('http://h/x'), []);
  assert.deepEqual(secretsInUrl('no address'), []);
});
