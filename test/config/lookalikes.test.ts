import assert from 'node:assert/strict';
import { test } from 'node:test';
import { faultsOf, read } from './read.ts';

const NBSP = '\u00a0';
const ZWSP = '\u200b';
const WIDE = '\u3000';

/** Each text with all its fault lines. */
const CASES: readonly (readonly [string, ...RegExp[]])[] = [
  // A full-width colon. Without the check the parser would name the next line, or see no map.
  [
    'host: 127.0.0.1\nport：27180\nwebsocket: true',
    /^config\.yml:2: found a full-width "：" \(U\+FF1A\), expected ":" and a space/,
  ],
  ['port：27180', /^config\.yml:1: found a full-width "：" \(U\+FF1A\)/],
  ['server_list:\n  survival：\n    port: 5701', /^config\.yml:2: found a full-width "：" \(U\+FF1A\)/],
  ['server_list: {a: {host： 127.0.0.1, port: 5701}}', /^config\.yml:1: found a full-width "：" \(U\+FF1A\)/],
  [
    'port：1\nhost：x\nbogus: 1',
    /^config\.yml:1: found a full-width "：" /,
    /^config\.yml:2: found a full-width "：" /,
  ],
  // The parser finds a text under the key above, where it expects a map.
  ['server_list:\n  a:\n    port：5701', /^config\.yml:3: found a full-width "：" \(U\+FF1A\)/],
  ['server_list:\n  a：{port: 5701}', /^config\.yml:2: found a full-width "：" \(U\+FF1A\)/],
  // At the end of the file, where the parser reports a line after it.
  ['host: 127.0.0.1\r\nport：5700\r\n', /^config\.yml:2: found a full-width "：" \(U\+FF1A\)/],
  ['server_list:\n  a: ｛port: 5701｝', /^config\.yml:2: found a full-width "｛" \(U\+FF5B\), expected the brackets/],
  // Characters that look like blanks and are none.
  [
    `server_list:\n  a:\n${NBSP.repeat(4)}port: 5701`,
    /^config\.yml:3: found a no-break space \(U\+00A0\), expected a plain space/,
  ],
  [`server_list:\n  a:\n    host: x\n${WIDE}${WIDE}port: 5701`, /^config\.yml:4: found a full-width space \(U\+3000\)/],
  [`port:${NBSP}5700`, /^config\.yml:1: found a no-break space \(U\+00A0\)/],
  [`port:${WIDE}5700\nhost: x`, /^config\.yml:1: found a full-width space \(U\+3000\)/],
  [`port${NBSP}: 5700`, /^config\.yml:1: found a no-break space/],
  [`host: 127.0.0.1${NBSP}`, /^config\.yml:1: found a no-break space/],
  [`host: 127.0.0.1${NBSP} # here`, /^config\.yml:1: found a no-break space/],
  [
    'server_list:\n\ta:\n\t\tport: 1',
    /^config\.yml:2: found a tab \(U\+0009\), expected spaces/,
    /^config\.yml:3: found a tab/,
  ],
  // Invisible characters.
  [`po${ZWSP}rt: 5700`, /^config\.yml:1: found a zero-width space \(U\+200B\)/],
  [`access_token: abc${ZWSP}def`, /^config\.yml:1: found a zero-width space \(U\+200B\)/],
  [`access_token: "abc${ZWSP}"\nbogus: 1`, /:1: found a zero-width space/, /:2: bogus: found an unknown key/],
  ['port: 5700\n\ufeffhost: x', /^config\.yml:2: found a byte order mark \(U\+FEFF\)/],
  ['host: \u202e127.0.0.1', /^config\.yml:1: found a character that is not seen \(U\+202E\)/],
  // Quotation marks of a word processor, which would be part of the token.
  [
    'access_token: “abc”',
    /^config\.yml:1: found a full-width "“" \(U\+201C\), expected the quotes " or ' of the keyboard/,
  ],
  ['“port”: 5700', /^config\.yml:1: found a full-width "“" \(U\+201C\)/],
  ['allowed_origins: [‘https://a.example’]', /^config\.yml:1: found a full-width "‘" \(U\+2018\)/],
  ['server_list: {a: {port: 5701}，b: {port: 5702}}', /^config\.yml:1: found a full-width "，" \(U\+FF0C\)/],
];

for (const [yaml, ...expected] of CASES) {
  test(`a character that the eye takes for another is named at its line: ${JSON.stringify(yaml)}`, () => {
    const faults = faultsOf(yaml);
    assert.equal(faults.length, expected.length, faults.join('\n'));
    for (const [index, pattern] of expected.entries()) assert.match(faults[index] ?? '', pattern);
  });
}

test("in comments, in names and in texts they are nobody's fault", () => {
  const yaml = [
    `# port：5700 ${NBSP}${ZWSP} “quotes”`,
    'server_list:',
    '  生存：一区: { port: 5701, filter: { raw_message: { prefix: "！", contains: "你好，“世界”：" } } }',
    `  "a${WIDE}b": { port: 5702 } # ：`,
    '  家👨‍👩‍👧: { port: 5703, filter: { raw_message: { contains: "\\u200b" } } }',
    '  "quoted: “x”": { port: 5704, access_token: "its#no-comment" }',
  ].join('\n');
  assert.deepEqual(faultsOf(yaml), []);
});

test('an environment variable with an invisible character is a fault that names the variable', () => {
  const faults = faultsOf('', { QQBRIDGE_ACCESS_TOKEN: `abc${ZWSP}` });
  assert.match(
    faults.join('\n'),
    /^QQBRIDGE_ACCESS_TOKEN: access_token: found a zero-width space \(U\+200B\), expected a value without it$/,
  );
  assert.equal(read('port: 5700').kind, 'loaded');
});
