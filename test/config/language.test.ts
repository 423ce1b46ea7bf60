import assert from 'node:assert/strict';
import { test } from 'node:test';
import { languageOfEnvironment, languageOfLocale } from '../../src/config/language.ts';
import { sound } from './read.ts';

const LOCALES = [
  [{ LANG: 'zh_CN.UTF-8' }, 'zh'],
  [{ LANG: 'zh-Hant-TW' }, 'zh'],
  [{ LANG: 'zh' }, 'zh'],
  [{ LANG: 'zha' }, 'en'],
  [{ LANG: 'de_DE.UTF-8' }, 'en'],
  [{ LANG: 'C.UTF-8' }, 'en'],
  [{ LANG: 'no such locale' }, 'en'],
  [{ LANG: 'zh_CN', LC_MESSAGES: 'en_GB' }, 'en'],
  [{ LANG: 'en_GB', LC_MESSAGES: 'en_GB', LC_ALL: 'zh_CN' }, 'zh'],
  [{ LANG: 'zh_CN', LC_ALL: '' }, 'zh'],
] as const;

for (const [env, language] of LOCALES) {
  test(`${JSON.stringify(env)} means ${language}`, () => assert.equal(languageOfLocale(env), language));
}

test('a variable stands above the locale, unless it names no language', () => {
  assert.equal(languageOfEnvironment({ LANG: 'zh_CN', QQBRIDGE_LANGUAGE: 'en' }), 'en');
  assert.equal(languageOfEnvironment({ LANG: 'zh_CN', QQBRIDGE_LANGUAGE: 'fr' }), 'zh');
});

test('where nothing names a locale, the system is asked', () => {
  assert.ok(['en', 'zh'].includes(languageOfLocale({})));
});

test('the config stands above the locale, and the variable above the config', () => {
  assert.equal(sound('port: 1', { LANG: 'zh_CN' }).language, 'zh');
  assert.equal(sound('language: en', { LANG: 'zh_CN' }).language, 'en');
  assert.equal(sound('language: en', { QQBRIDGE_LANGUAGE: 'zh' }).language, 'zh');
});

test('the dashboard has the language of the config or of a locale, and that of the browser where neither names one', () => {
  assert.equal(sound('port: 1', { LANG: 'zh_CN.UTF-8' }).pageLanguage, 'zh');
  assert.equal(sound('port: 1', { LANG: 'de_DE' }).pageLanguage, 'en');
  assert.equal(sound('language: en', { LANG: 'C' }).pageLanguage, 'en');
  assert.equal(sound('port: 1', { QQBRIDGE_LANGUAGE: 'zh', LC_ALL: 'POSIX' }).pageLanguage, 'zh');
  for (const LANG of ['C', 'C.UTF-8', 'POSIX']) assert.equal(sound('port: 1', { LANG }).pageLanguage, undefined);
});
