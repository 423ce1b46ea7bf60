import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { BridgeError, ERROR_CODES, type ErrorCode } from '../../src/support/errors.ts';

for (const [page, yes, no] of [
  ['docs/errors.md', 'yes', 'no'],
  ['docs/errors.zh-CN.md', '是', '否'],
] as const) {
  test(`${page} has every code with its exit status, meaning and cure, and no other`, async () => {
    const table = await readFile(new URL(`../../../${page}`, import.meta.url), 'utf8');
    const rows = [...table.matchAll(/^\| `([A-Z_]+)` \|(.*)\|$/gm)].map(([, code, rest = '']) => {
      const [exitStatus, passes, meaning, cure] = rest.split('|').map((cell) => cell.trim());
      return { code, exitStatus, passes, isExplained: (meaning?.length ?? 0) > 12 && (cure?.length ?? 0) > 10 };
    });
    const expected = Object.entries(ERROR_CODES).map(([code, { exitStatus, retryable }]) => ({
      code,
      exitStatus: String(exitStatus),
      passes: retryable ? yes : no,
      isExplained: true,
    }));
    assert.deepEqual(rows, expected);
  });
}

test('an error carries the traits of its code, its cause and its fields', () => {
  for (const code of Object.keys(ERROR_CODES) as ErrorCode[]) {
    const cause = new Error('below');
    const error = new BridgeError(code, 'a sentence', { cause, fields: { port: 5700 } });
    assert.equal(error.exitStatus, ERROR_CODES[code].exitStatus);
    assert.equal(error.retryable, ERROR_CODES[code].retryable);
    assert.equal(error.cause, cause);
    assert.deepEqual(error.fields, { port: 5700 });
  }
  assert.equal('cause' in new BridgeError('PORT_IN_USE', 'alone'), false);
});
