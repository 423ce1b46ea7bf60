import assert from 'node:assert/strict';
import { test } from 'node:test';
import { importFilter } from '../../src/config/import-filter.ts';
import { readBotFrame } from '../../src/onebot/bot-frame.ts';
import { Router } from '../../src/routing/router.ts';
import { sound } from './read.ts';

function yamlOf(json: string): string {
  const outcome = importFilter(Buffer.from(json));
  return outcome.kind === 'imported' ? outcome.yaml : assert.fail(String(outcome.reason));
}

function passes(json: string, event: object): boolean {
  const indented = yamlOf(json).replaceAll(/^/gm, '      ');
  const config = sound(`server_list:\n  a:\n      port: 1\n${indented}`);
  const frame = readBotFrame(Buffer.from(JSON.stringify({ self_id: 1, post_type: 'message', ...event })));
  if (frame.kind !== 'event') assert.fail();
  return new Router(config.servers.values()).route(frame.event).length === 1;
}

/** Filters from go-cqhttp's own document, an event that each passes, and one that it doesn't. */
const CASES: readonly (readonly [string, object, object])[] = [
  ['{"message_type":"private"}', { message_type: 'private' }, { message_type: 'group' }],
  ['{"raw_message":{".regex":"^!!.+"}}', { raw_message: '!!a' }, { raw_message: 'a!!' }],
  [
    '{"message_type":"group","group_id":{".in":[123456,9007199254740993]}}',
    { message_type: 'group', group_id: 123456 },
    { message_type: 'group', group_id: 7 },
  ],
  ['{".or":[{"message_type":"private"},{"group_id":1}]}', { group_id: 1 }, { group_id: 2 }],
  ['{".not":{"group_id":1}}', { user_id: 1 }, { group_id: 1 }],
  ['{"user_id":{".not":{".in":[1,2]}}}', { user_id: 3 }, { user_id: 2 }],
  ['{"user_id":{".neq":1}}', { group_id: 1 }, { user_id: 1 }],
  ['{"sender":{"role":{".eq":"owner"}}}', { sender: { role: 'owner' } }, { sender: { role: 'member' } }],
  ['{"user_id":{".or":[{".eq":1},{".eq":2}]}}', { user_id: 2 }, { user_id: 3 }],
  ['{".and":{"a":1},".not":{"b":1},"c":{".not":{".contains":"x"}}}', { a: 1, c: 'y' }, { a: 1, c: 'x' }],
  ['{"a":true,"b":"1"}', { a: true, b: 1 }, { a: false, b: 1 }],
];

for (const [json, passing, other] of CASES) {
  test(`go-cqhttp's ${json}`, () => {
    assert.deepEqual([passes(json, passing), passes(json, other)], [true, false], yamlOf(json));
  });
}

test('ids keep their digits', () => {
  assert.match(yamlOf('{"group_id":9007199254740993}'), /^filter:\n {2}group_id: '9007199254740993'\n$/);
});

test('what has no counterpart is refused', () => {
  for (const [json, reason] of [
    ['[]', /no JSON object/],
    ['{', /no JSON object: cut short/],
    ['{".eq":1}', /\.eq: it belongs under the name of a field/],
    ['{"a":{".in":"abc"}}', /a\.in: found "abc", expected a list/],
    ['{"a":[1]}', /a: found \[1\], expected text/],
    ['{"a":null}', /a: found null/],
    ['{"a":{".like":"x"}}', /a\.like: no such operator/],
    ['{".or":{"a":1}}', /\.or: found .* expected a list/],
    ['{"a.#":1}', /patterns in the name/],
  ] as const) {
    const outcome = importFilter(Buffer.from(json));
    assert.ok(outcome.kind === 'faulty' && reason.test(String(outcome.reason)), `${json} ${JSON.stringify(outcome)}`);
  }
});
