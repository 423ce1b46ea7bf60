import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readCallFrame } from '../../src/onebot/call-frame.ts';
import { doubtfulInOperation, doubtfulMember } from '../../src/onebot/doubtful-member.ts';
import { parseQuickOperation } from '../../src/onebot/quick-operation.ts';

function doubtful(text: string): string | undefined {
  const frame = readCallFrame(Buffer.from(text));
  return frame.kind === 'call' ? doubtfulMember(frame.call) : assert.fail(text);
}

test('what a policy reads is doubtful in another casing, twice, and with escapes', () => {
  const cases: [string, string][] = [
    ['{"action":"get_x","Action":"set_group_ban"}', 'action'],
    ['{"ACTION":"set_group_ban","action":"get_x"}', 'action'],
    ['{"action":"get_x","\\u0041ction":"set_group_ban"}', 'action'],
    ['{"action":"get_x","act\u0131on":"set_group_ban"}', 'action'],
    ['{"action":"get_x","act\u0130on":"set_group_ban"}', 'action'],
    ['{"action":"send_msg","params":{},"Params":{}}', 'params'],
    ['{"action":"send_msg","params":{},"param\u017f":{}}', 'params'],
    ['{"action":"send_msg","params":{},"params":{}}', 'params'],
    ['{"action":"send_msg","par\\u0061ms":{}}', 'params'],
    ['{"action":"send_msg","Echo":1}', 'echo'],
    ['{"action":"send_msg","Self_ID":1}', 'self_id'],
    ['{"action":"send_msg","params":{"SELF_ID":1}}', 'self_id'],
    ['{"action":"send_msg","params":{"group_id":1,"Group_id":2}}', 'group_id'],
    ['{"action":"send_msg","params":{"group_id":1,"group_id":2}}', 'group_id'],
    ['{"action":"send_msg","params":{"Message_Type":"private"}}', 'message_type'],
    ['{"action":"send_msg","params":{"User_Id":1}}', 'user_id'],
    ['{"action":".handle_quick_operation","params":{"Context":{},"operation":{}}}', 'context'],
    ['{"action":"handle_quick_operation_async","params":{"context":{},"OPERATION":{}}}', 'operation'],
    ['{"action":".handle_quick_operation","params":{"context":{},"operation":{"Kick":true}}}', 'kick'],
    ['{"action":".handle_quick_operation","params":{"context":{},"operation":{"\u212aick":true}}}', 'kick'],
    ['{"action":".handle_quick_operation","params":{"context":{"Group_ID":1},"operation":{}}}', 'group_id'],
  ];
  for (const [text, name] of cases) assert.equal(doubtful(text), name, text);
});

test('what is written once and in small letters is not, nor what no policy reads', () => {
  for (const text of [
    '{"action":"send_msg","params":{"message_type":"group","group_id":1,"self_id":2,"user_id":3},"echo":{"Action":1},"self_id":2}',
    '{"action":"get_x","params":{"Context":1,"Operation":2,"Kick":3,"params":{"Action":1}},"Extra":1,"Extra":2}',
    '{"action":"get_x","params":"text"}',
    '{"action":"get_x","params":[{"Self_ID":1}]}',
    '{"action":"get_x"}',
    '{"action":".handle_quick_operation","params":{"context":{"group_id":1},"operation":{"reply":"a"}}}',
  ]) {
    assert.equal(doubtful(text), undefined, text);
  }
});

test('the operation of an HTTP server is looked at in the same way', () => {
  const read = (operation: string) => {
    const quick = parseQuickOperation(Buffer.from('{"post_type":"message"}'), Buffer.from(operation));
    return quick === undefined ? assert.fail(operation) : doubtfulInOperation(quick);
  };
  assert.equal(read('{"reply":"a","BAN":true}'), 'ban');
  assert.equal(read('{"reply":"a","Ban_Duration":1}'), 'ban_duration');
  assert.equal(read('{"reply":"a","other":1}'), undefined);
});
