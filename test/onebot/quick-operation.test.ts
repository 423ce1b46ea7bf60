import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  neededActions,
  parseQuickOperation,
  plainCalls,
  readQuickOperation,
} from '../../src/onebot/quick-operation.ts';

const GROUP =
  '"post_type":"message","message_type":"group","message_id":-5,"group_id":9007199254740993,"user_id":18446744073709551615';
const ANONYMOUS = `${GROUP},"anonymous":{"id":1,"name":"x","flag":"f|1"}`;
const PRIVATE = '"post_type":"message","message_type":"private","user_id":10086,"message_id":6';
const FRIEND = '"post_type":"request","request_type":"friend","flag":"f\\u0031","user_id":1';
const INVITE = '"post_type":"request","request_type":"group","sub_type":"invite","flag":12345678901234567890';

function quick(context: string, operation: string) {
  const parsed = parseQuickOperation(Buffer.from(`{${context}}`), Buffer.from(`{${operation}}`));
  return parsed ?? assert.fail('not sound');
}

/** The plain calls as `action params`. */
function plain(context: string, operation: string): string[] {
  return plainCalls(quick(context, operation)).map(({ action, frame }) => `${action} ${frame.raw('params')}`);
}

const TO_GROUP = '"group_id":9007199254740993';
const MEMBER = `${TO_GROUP},"user_id":18446744073709551615`;

for (const [title, context, operation, expected] of [
  [
    'a reply in a group mentions the sender',
    GROUP,
    '"reply":"\\u4f60好"',
    [`send_group_msg {${TO_GROUP},"message":"[CQ:at,qq=18446744073709551615] \\u4f60好"}`],
  ],
  [
    'a reply in segments likewise',
    GROUP,
    '"reply":[{"type":"face","data":{"id":"1"}}]',
    [
      `send_group_msg {${TO_GROUP},"message":[{"type":"at","data":{"qq":"18446744073709551615"}},{"type":"text","data":{"text":" "}},{"type":"face","data":{"id":"1"}}]}`,
    ],
  ],
  [
    'one segment alone likewise',
    GROUP,
    '"reply":{"type":"face"}',
    [
      `send_group_msg {${TO_GROUP},"message":[{"type":"at","data":{"qq":"18446744073709551615"}},{"type":"text","data":{"text":" "}},{"type":"face"}]}`,
    ],
  ],
  [
    'a mention before text that is not to be parsed stays one',
    GROUP,
    '"reply":"[CQ:x]","auto_escape":true',
    [
      `send_group_msg {${TO_GROUP},"message":[{"type":"at","data":{"qq":"18446744073709551615"}},{"type":"text","data":{"text":" "}},{"type":"text","data":{"text":"[CQ:x]"}}]}`,
    ],
  ],
  [
    'at_sender: false mentions nobody',
    GROUP,
    '"reply":"a","at_sender":false,"auto_escape":true',
    [`send_group_msg {${TO_GROUP},"message":"a","auto_escape":true}`],
  ],
  [
    'an anonymous sender can not be mentioned or kicked',
    ANONYMOUS,
    '"reply":"a","kick":true',
    [`send_group_msg {${TO_GROUP},"message":"a"}`],
  ],
  [
    'a private reply mentions nobody',
    PRIVATE,
    '"reply":"a","auto_escape":true,"kick":true,"ban":true,"delete":true',
    ['send_private_msg {"user_id":10086,"message":"a","auto_escape":true}'],
  ],
  [
    'delete, kick and ban in a group',
    GROUP,
    '"delete":true,"kick":true,"ban":true',
    [
      'delete_msg {"message_id":-5}',
      `set_group_kick {${MEMBER},"reject_add_request":false}`,
      `set_group_ban {${MEMBER},"duration":1800}`,
    ],
  ],
  [
    'a ban as long as it is asked for',
    GROUP,
    '"ban":true,"ban_duration":60',
    [`set_group_ban {${MEMBER},"duration":60}`],
  ],
  [
    'a ban of an anonymous sender',
    ANONYMOUS,
    '"ban":true,"ban_duration":60',
    [`set_group_anonymous_ban {${TO_GROUP},"flag":"f|1","duration":60}`],
  ],
  ['what is not asked for is not done', GROUP, '"reply":null,"delete":false,"kick":false,"ban":null', []],
  ['an empty reply is none', GROUP, '"reply":"","at_sender":true', []],
  [
    'a friend request',
    FRIEND,
    '"approve":true,"remark":"小明"',
    ['set_friend_add_request {"flag":"f\\u0031","approve":true,"remark":"小明"}'],
  ],
  [
    'a friend request that is turned down',
    FRIEND,
    '"approve":false',
    ['set_friend_add_request {"flag":"f\\u0031","approve":false}'],
  ],
  [
    'a group request',
    INVITE,
    '"approve":false,"reason":"no"',
    ['set_group_add_request {"flag":12345678901234567890,"approve":false,"sub_type":"invite","reason":"no"}'],
  ],
  ['a reason alone decides nothing', INVITE, '"reason":"no"', []],
  [
    'an event without the id that is needed',
    '"post_type":"message","message_type":"group"',
    '"reply":"a","delete":true',
    [],
  ],
  ['an event of another kind', '"post_type":"notice"', '"reply":"a"', []],
] as const) {
  test(`plain actions: ${title}`, () => {
    assert.deepEqual(plain(context, operation), expected);
  });
}

test('an operation needs what it stands for; where the kind is in doubt, all that it may come to', () => {
  const needs = (context: string, operation: string) => neededActions(quick(context, operation));
  assert.deepEqual(needs(GROUP, '"reply":"a"'), [['send_msg', 'send_group_msg']]);
  assert.deepEqual(needs(PRIVATE, '"reply":"a"'), [['send_msg', 'send_private_msg']]);
  assert.equal(needs('', '"reply":"a","approve":true').length, 4);
  assert.deepEqual(needs(PRIVATE, '"delete":1,"kick":"yes"'), [['delete_msg'], ['set_group_kick']]);
  assert.deepEqual(needs(ANONYMOUS, '"ban":true'), [['set_group_ban'], ['set_group_anonymous_ban']]);
  assert.deepEqual(needs(FRIEND, '"approve":false'), [['set_friend_add_request']]);
  assert.deepEqual(needs(INVITE, '"approve":null'), [['set_group_add_request']]);
});

test('what could be read in two ways is not read', () => {
  const parse = (context: string, operation: string) =>
    parseQuickOperation(Buffer.from(context), Buffer.from(operation));
  assert.equal(parse('{"message_type":"group","message_type":"private"}', '{"reply":"a"}'), undefined);
  assert.equal(parse('{}', '{"\\u0062an":true}'), undefined);
  assert.equal(parse('[]', '{"ban":true}'), undefined);
});

test('members that only say how ask for nothing', () => {
  const read = (body: string) => {
    const answer = readQuickOperation(Buffer.from(body));
    return answer.kind === 'operation' ? String(answer.bytes) : answer.kind;
  };
  assert.equal(read(' {"ban":true} '), '{"ban":true}');
  for (const body of ['', '\r\n', '{}', '{"status":"ok"}', '{"remark":"x","at_sender":true}']) {
    assert.equal(read(body), 'nothing', body);
  }
  for (const body of ['ok', '[]', '<html></html>', '{"reply":"x"', '"reply"']) {
    assert.equal(read(body), 'unreadable', body);
  }
});
