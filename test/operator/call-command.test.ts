import assert from 'node:assert/strict';
import { test } from 'node:test';
import { completeCommand } from '../../src/operator/command-line.ts';
import { FakeBridge } from './fake-bridge.ts';
import { linesOf, run, wrongLine } from './run.ts';

test('call makes a call as it was typed, and shows the answer', async () => {
  const bridge = new FakeBridge();
  bridge.answer = '{"status":"ok","retcode":0,"data":{"id":9007199254740993}}';
  assert.deepEqual(await linesOf('call get_status', bridge), [bridge.answer]);
  await linesOf('CALL send_private_msg  {"user_id": 9007199254740993, "message": "a  b"}', bridge);
  assert.deepEqual(bridge.told, [
    'call get_status {}',
    'call send_private_msg {"user_id": 9007199254740993, "message": "a  b"}',
  ]);
});

test('a call that fails is a command that fails', async () => {
  const bridge = new FakeBridge();
  bridge.answer = '{"status":"failed","retcode":1404,"message":"no bot is online"}';
  assert.deepEqual(await run('call get_status', bridge), { kind: 'failed', lines: [bridge.answer] });
});

test('what is no call gets one line of help', async () => {
  for (const line of ['call', 'call {"a":1}', 'call get_status [1]', 'call get_status {', 'call a b']) {
    const bridge = new FakeBridge();
    assert.match(await wrongLine(line, bridge), /^Usage: call ACTION \[JSON\]/, line);
    assert.deepEqual(bridge.told, []);
  }
});

test('actions that only ask are completed', () => {
  const [candidates] = completeCommand('call get_l', new FakeBridge());
  assert.deepEqual(candidates, ['get_login_info']);
});
