import assert from 'node:assert/strict';
import { test } from 'node:test';
import { text } from '../../src/support/text.ts';
import { readTexts, writeTexts } from '../../src/support/text-json.ts';

test('sentences come through JSON as sentences, with those within them', () => {
  const lastError = text`the handshake was answered with ${401}: ${text`no answer`}`;
  const status = { links: [{ state: 'waiting', lastError }], values: [1], template: 'plain' };
  const read = readTexts(writeTexts(status));
  assert.deepEqual(read, status);
  assert.equal(JSON.stringify(read), JSON.stringify(status));
});
