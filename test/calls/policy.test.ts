import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ActionPolicy } from '../../src/calls/policy.ts';
import type { ActionsConfig } from '../../src/config/types.ts';
import { readCallFrame } from '../../src/onebot/call-frame.ts';

function passes(actions: ActionsConfig, action: string, params = '{}'): boolean {
  const frame = readCallFrame(Buffer.from(`{"action":${JSON.stringify(action)},"params":${params}}`));
  return frame.kind === 'call' ? new ActionPolicy(actions).denial(frame.call) === undefined : assert.fail();
}

test('only what is allowed passes, and deny wins', () => {
  const actions = { allow: ['get_*', 'send_*_msg'], deny: ['get_cookies'] };
  for (const action of ['get_status', 'send_group_msg', 'send_private_msg_async', '.get_status']) {
    assert.ok(passes(actions, action), action);
  }
  for (const action of ['get_cookies', 'send_msg', 'set_group_kick', 'bot_exit', 'xget_status', 'send_group_msgs']) {
    assert.ok(!passes(actions, action), action);
  }
});

test('without allow all that is not denied passes; an empty allow lets nothing pass', () => {
  assert.ok(passes({}, 'set_group_kick'));
  assert.ok(passes({ deny: ['set_*'] }, 'get_status'));
  assert.ok(!passes({ allow: [] }, 'get_status'));
  assert.ok(!passes({ deny: ['*'] }, 'get_status'));
});

test('no spelling of a denied action passes', () => {
  for (const deny of ['set_group_kick', 'set_*', '*kick', 'setGroupKick', '.SET_GROUP_KICK']) {
    for (const action of [
      'set_group_kick',
      'set_group_kick_async',
      'set_group_kick_rate_limited_async',
      '/set_group_kick',
      'set_group_kick/',
      'Set_Group_Kick',
      'setGroupKick',
      '.set_group_kick',
      'set_group_kick?a=1',
      'set%5fgroup_kick',
      'x/../set_group_kick',
      'set_group_kick\u0000',
      'ſet_group_kick',
    ]) {
      assert.ok(!passes({ deny: [deny] }, action), `${action} with ${deny}`);
    }
  }
});

test('a glob may also mean the form with a suffix', () => {
  assert.ok(!passes({ deny: ['*_async'] }, 'send_msg_async'));
  assert.ok(passes({ deny: ['*_async'] }, 'send_msg'));
});

test('a quick operation passes where its plain actions do', () => {
  const group = '{"post_type":"message","message_type":"group"}';
  const operate = (actions: ActionsConfig, operation: string, context = group): boolean =>
    passes(actions, '.handle_quick_operation_async', `{"context":${context},"operation":${operation}}`);
  assert.ok(operate({ allow: ['send_msg'] }, '{"reply":"a"}'));
  assert.ok(operate({ allow: ['send_group_msg'] }, '{"reply":"a"}'));
  assert.ok(!operate({ allow: ['send_private_msg'] }, '{"reply":"a"}'));
  assert.ok(!operate({ deny: ['send_group_msg'] }, '{"reply":"a"}'));
  assert.ok(operate({ deny: ['send_group_msg'] }, '{"reply":"a"}', '{"message_type":"private"}'));
  assert.ok(!operate({ deny: ['set_group_kick'] }, '{"reply":"a","kick":true}'));
  assert.ok(!operate({ deny: ['set_group_ban'] }, '{"ban":true}', '{"message_type":"group","anonymous":{"flag":""}}'));
  assert.ok(!operate({ deny: ['set_group_add_request'] }, '{"approve":false}', '{"request_type":"group"}'));
  assert.ok(!operate({ deny: ['.handle_quick_operation'] }, '{"reply":"a"}'));
});

test('a quick operation that can not be judged does not pass a policy', () => {
  for (const params of [
    'null',
    '{}',
    '{"context":{},"operation":[]}',
    '{"context":{},"operation":{"reply":"a"},"operation":{"kick":true}}',
    '{"context":{},"operation":{"kick":false,"\\u006bick":true}}',
  ]) {
    assert.ok(!passes({ deny: ['set_*'] }, '.handle_quick_operation', params), params);
  }
});

test('a glob matches what the regular expression of the same meaning does', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '_', '*'), minLength: 1, maxLength: 8 });
  const name = fc.string({ unit: fc.constantFrom('a', 'b', '_'), minLength: 1, maxLength: 10 });
  fc.assert(
    fc.property(text, name, (glob, action) => {
      const expression = new RegExp(`^${glob.replaceAll('*', '.*')}$`);
      assert.equal(passes({ allow: [glob] }, action), expression.test(action), `${action} with ${glob}`);
    }),
  );
});
