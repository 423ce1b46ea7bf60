import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failedAnswer, quickOperationCall, readCallFrame, withBridgeEcho } from '../../src/onebot/call-frame.ts';

function call(text: string) {
  const frame = readCallFrame(Buffer.from(text));
  return frame.kind === 'call' ? frame.call : assert.fail(JSON.stringify(frame));
}

function malformed(text: string) {
  const frame = readCallFrame(Buffer.from(text));
  return frame.kind === 'malformed' ? frame : assert.fail(`${text} is ${frame.kind}`);
}

test('a call gives its action and its echo as it was written', () => {
  const { action, echo } = call('{"action":"send_msg","params":{"echo":9},"echo":{"seq": 1}}');
  assert.equal(action, 'send_msg');
  assert.equal(String(echo), '{"seq": 1}');
  assert.equal(call('{"action":"get_status"}').echo, undefined);
});

test('the bridge echo replaces the one of the caller, all else stays', () => {
  const text = '{"echo":7,"action":"send_msg","params":{"group_id":12345678901234567890,"message":"\\u4f60"}}';
  assert.equal(String(withBridgeEcho(call(text), 'q-1')), text.replace('7', '"q-1"'));
  assert.equal(String(withBridgeEcho(call('{"action":"a"}'), 'q-1')), '{"action":"a","echo":"q-1"}');
});

test('malformed calls keep the echo for the answer where there is one', () => {
  for (const text of ['', 'junk', '[]', '1', '{}', '{"action":1}', '{"action":""}', '{"action":"a"', '{"params":{}}']) {
    assert.equal(malformed(text).echo, undefined, text);
  }
  assert.equal(String(malformed('{"action":null,"echo":5}').echo), '5');
  assert.equal(String(malformed('{"action":"a","action":"b","echo":5}').echo), '5');
});

test('action and echo twice, or spelt with escapes, are malformed: no policy is passed by a trick', () => {
  malformed('{"action":"get_status","action":"send_msg"}');
  malformed('{"\\u0061ction":"send_msg"}');
  malformed('{"action":"get_status","\\u0061ction":"send_msg"}');
  malformed('{"action":"a","echo":1,"echo":2}');
  malformed('{"action":"a","ech\\u006f":1}');
});

test('events and answers are foreign: nothing is to be answered', () => {
  for (const text of ['{"post_type":"message"}', '{"status":"ok","retcode":0,"echo":1}', '{"retcode":1400}']) {
    assert.equal(readCallFrame(Buffer.from(text)).kind, 'foreign', text);
  }
});

test('a quick operation becomes the hidden action, event and operation as they were', () => {
  const call = quickOperationCall(Buffer.from('{"user_id":1.0}'), Buffer.from('{"reply":"hi"}'));
  assert.equal(call?.action, '.handle_quick_operation');
  const params = '{"context":{"user_id":1.0},"operation":{"reply":"hi"}}';
  assert.equal(String(call.frame.bytes), `{"action":".handle_quick_operation","params":${params}}`);
});

test('a failed answer is OneBot JSON with the reason in message and wording', () => {
  const answer = failedAnswer(1503, 'bot "1" is away', Buffer.from('{"seq":1}'));
  assert.deepEqual(JSON.parse(String(answer)), {
    status: 'failed',
    retcode: 1503,
    data: null,
    message: 'bot "1" is away',
    wording: 'bot "1" is away',
    echo: { seq: 1 },
  });
  assert.ok(!('echo' in JSON.parse(String(failedAnswer(1400, 'x')))));
});

test('event and operation that are too deep or too large together make no call', () => {
  const deep = (depth: number) => `{"user_id":${'['.repeat(depth)}${']'.repeat(depth)}}`;
  const operation = Buffer.from('{"reply":"hi"}');
  assert.equal(quickOperationCall(Buffer.from(deep(511)), operation), undefined);
  assert.notEqual(quickOperationCall(Buffer.from(deep(500)), operation), undefined);
  const list = `{"list":[${'1,'.repeat(1_999_990)}1]}`;
  assert.equal(quickOperationCall(Buffer.from(list), Buffer.from(`{"reply":[${'1,'.repeat(20)}1]}`)), undefined);
});
