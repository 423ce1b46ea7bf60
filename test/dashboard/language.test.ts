import assert from 'node:assert/strict';
import { test } from 'node:test';
import { spanIn, startLanguage } from '../../dashboard/src/catalogues.ts';

test('the page starts in the language that its reader chose, else the daemon names, else the browser prefers', () => {
  const preferred = ['fr-FR', 'zh-CN', 'en'];
  assert.equal(startLanguage({ chosen: 'en', named: 'zh', preferred }), 'en');
  assert.equal(startLanguage({ chosen: null, named: 'en', preferred }), 'en');
  assert.equal(startLanguage({ chosen: null, named: 'zh', preferred: ['en'] }), 'zh');
  assert.equal(startLanguage({ chosen: null, preferred }), 'zh');
  assert.equal(startLanguage({ chosen: null, preferred: ['de'] }), 'en');
  assert.equal(startLanguage({ chosen: 'klingon', named: 'de', preferred: [] }), 'en');
});

test('lengths of time read like the language of the page', () => {
  for (const [ms, english, chinese] of [
    [4_200, '4s', '4 秒'],
    [-5, '0s', '0 秒'],
    [61_000, '1m', '1 分钟'],
    [3 * 3_600_000 + 20 * 60_000, '3h 20m', '3 小时 20 分钟'],
    [50 * 3_600_000, '2d 2h', '2 天 2 小时'],
  ] as const) {
    assert.equal(spanIn('en', ms), english);
    assert.equal(spanIn('zh', ms), chinese);
  }
});
