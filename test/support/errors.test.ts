import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { BridgeError, ERROR_CODES, type ErrorCode } from '../../src/support/errors.ts';

const PAGE = new URL('../../../docs/errors.md', import.meta.url);

for (const [language, yes, no] of [
  ['English', 'yes', 'no'],
  ['Chinese', '是', '否'],
] as const) {
  test(`docs/errors.md has every code with its exit status, meaning and cure in ${language}, and no other`, async () => {
    const [english = '', chinese = ''] = (await readFile(PAGE, 'utf8')).split('\n## 错误代码（中文）\n');
    const table = language === 'English' ? english : chinese;
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
