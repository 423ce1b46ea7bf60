import assert from 'node:assert/strict';
import { test } from 'node:test';
import { speakIn } from '../../src/language/speak.ts';
import { CHINESE } from '../../src/language/zh.ts';
import { text } from '../../src/support/text.ts';
import { sentencesIn, sentencesInSources } from './sentences.ts';

const sentences = sentencesInSources();
const chinese = speakIn('zh');

test('the Chinese catalogue has every sentence of the sources, and no other', () => {
  const said = new Set(sentences.map(({ key }) => key));
  const missing = sentences.filter(({ key }) => !Object.hasOwn(CHINESE, key));
  assert.deepEqual(missing, []);
  assert.deepEqual(
    Object.keys(CHINESE).filter((key) => !said.has(key)),
    [],
  );
});

test('each sentence has the same places in both languages', () => {
  for (const [english, sentence] of Object.entries(CHINESE)) assert.deepEqual(placesOf(sentence), placesOf(english));
});

test('Chinese and Latin stand apart by a space, in the catalogue and around values', () => {
  const close = /\p{Script=Han}[A-Za-z0-9]|[A-Za-z0-9]\p{Script=Han}/u;
  assert.deepEqual(
    Object.values(CHINESE).filter((sentence) => close.test(sentence)),
    [],
  );
  assert.equal(chinese(text`found ${'"abc"'}, expected ${text`a list`}`), '"abc"，应为：列表');
  assert.equal(chinese(text`${'a'} from ${1} to ${2}`), '1 到 2 之间的 a');
  assert.equal(chinese(text`${text`a port number`} from ${1} to ${2}`), '1 到 2 之间的端口号');
  assert.equal(chinese(text`found ${text`nothing`}, expected ${text`${'a'} or ${'b'}`}`), '空值，应为：a 或 b');
});

test('what has no translation is said in English, and braces in a value are no places', () => {
  assert.equal(chinese(text`no such sentence: ${1}`), 'no such sentence: 1');
  assert.equal(chinese(text`Reconnecting ${'{0}'}.`), '正在重连 {0}。');
  assert.equal(chinese('a name'), 'a name');
  assert.equal(speakIn('en')(text`Reconnecting ${'a'}.`), 'Reconnecting a.');
});

test('sentences are found wherever they stand', () => {
  const source = [
    '/** text`in a comment` */',
    'const one = text`a @{x ? `b @{y}` : text`c @{"}"}`} d`;',
    'const plain = text`ends with text`; const kind = "text";',
    'this.#logger.warn(',
    "  'it\\'s odd',",
    ');',
  ].join('\n');
  const withPlaces = (code: string) => code.replaceAll('@', '$');
  assert.deepEqual(sentencesIn(withPlaces(source)), ['a {0} d', 'c {0}', 'ends with text', "it's odd"]);
  assert.throws(() => sentencesIn(withPlaces('logger.info(`a @{value}`)')));
  assert.ok(sentences.length > 400);
});

function placesOf(sentence: string): string[] {
  return (sentence.match(/\{\d+\}/g) ?? []).toSorted();
}
