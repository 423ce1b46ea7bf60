import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type BotFrame,
  hasMoreFrames,
  type OneBotEvent,
  readBotFrame,
  withCallerEcho,
} from '../../src/onebot/bot-frame.ts';
import { EventTag } from '../../src/onebot/event-tag.ts';
import { lifecycleEvent } from '../../src/onebot/lifecycle.ts';

function read(text: string, selfId?: string): BotFrame {
  return readBotFrame(Buffer.from(text), selfId);
}

function event(text: string, selfId?: string): OneBotEvent {
  const frame = read(text, selfId);
  return frame.kind === 'event' ? frame.event : assert.fail(JSON.stringify(frame));
}

function answer(text: string) {
  const frame = read(text);
  return frame.kind === 'answer' ? frame.answer : assert.fail(JSON.stringify(frame));
}

test('an event gives its routing fields and keeps its bytes', () => {
  const text = ' {"self_id":12345678901234567890,"post_type":"message", "big":1e400}\n';
  const { selfId, postType, kind, bytes } = event(text);
  assert.deepEqual({ selfId, postType, kind }, { selfId: '12345678901234567890', postType: 'message', kind: 'report' });
  assert.equal(String(bytes), text);
});

test('lifecycle and heartbeat events are told apart from reports', () => {
  assert.equal(event('{"post_type":"meta_event","meta_event_type":"heartbeat"}', '1').kind, 'heartbeat');
  const { kind, subType } = event('{"post_type":"meta_event","meta_event_type":"lifecycle","sub_type":"enable"}', '1');
  assert.deepEqual({ kind, subType }, { kind: 'lifecycle', subType: 'enable' });
  assert.equal(event('{"post_type":"notice","meta_event_type":"heartbeat"}', '1').kind, 'report');
});

test('an event that names an account is of that one, whatever the header says; without one it is of the header', () => {
  assert.equal(event('{"post_type":"message"}', '10001').selfId, '10001');
  assert.equal(event('{"post_type":"message","self_id":"10001"}', '10001').selfId, '10001');
  assert.equal(event('{"post_type":"message","self_id":36713946586}', '10003').selfId, '36713946586');
  assert.equal(read('{"post_type":"message"}').kind, 'unsound');
});

test('a self_id that stands for no account counts as missing', () => {
  for (const value of ['0', '-0', 'null', '"0"', '"None"', '"undefined"', '"NULL"', '""']) {
    assert.equal(event(`{"post_type":"message","self_id":${value}}`, '10001').selfId, '10001', value);
    assert.equal(read(`{"post_type":"message","self_id":${value}}`).kind, 'unsound', value);
  }
});

test('a byte order mark before an event is taken off, one before an answer too', () => {
  const text = '{"post_type":"message","self_id":10001}';
  assert.equal(event(`\uFEFF${text}`).bytes.toString(), text);
  const answer = read('\uFEFF{"status":"ok","echo":"a"}');
  assert.ok(answer.kind === 'answer');
  assert.equal(withCallerEcho(answer.answer, undefined).toString(), '{"status":"ok"}');
});

test('an event with two byte order marks is unsound', () => {
  assert.equal(read('\uFEFF\uFEFF{"post_type":"message","self_id":1}').kind, 'unsound');
});

test('events with a wrong type in a known field, or a field twice, are unsound', () => {
  const wrong = ['1', '[]', '{}', 'true', 'null', '""'];
  for (const value of wrong) assert.equal(read(`{"post_type":${value}}`, '1').kind, 'unsound', `post_type ${value}`);
  for (const value of [...wrong.slice(1, 4), '1.5', '1e3', '"a b"']) {
    assert.equal(read(`{"post_type":"message","self_id":${value}}`).kind, 'unsound', `self_id ${value}`);
  }
  assert.equal(read('{"post_type":"message","self_id":1,"self_id":1}').kind, 'unsound');
  assert.equal(read('{"post_type":"message","p\\u006fst_type":"notice","self_id":1}').kind, 'unsound');
});

test('a frame that is neither event nor answer is unsound', () => {
  for (const text of ['{}', '[]', '{"action":"send_msg"}', '', 'ping']) assert.equal(read(text).kind, 'unsound', text);
});

test('the tag becomes the last member and every other byte stays', () => {
  const tag = new EventTag('生存 "1"');
  const text = '{"post_type":"message","self_id":1,"s":"\\u4f60","n":1.0 }';
  assert.equal(String(tag.apply(event(text))), `${text.slice(0, -1)},"server":"生存 \\"1\\""}`);
});

test('a server member that the event has already is replaced, not doubled', () => {
  const tag = new EventTag('s');
  const text = '{"server":"x","post_type":"message","server":{"a":[1]},"self_id":1}';
  assert.equal(String(tag.apply(event(text))), '{"post_type":"message","self_id":1,"server":"s"}');
});

test('a lifecycle event has a numeric self_id where the id is a number', () => {
  const made = JSON.parse(String(lifecycleEvent('10001', 'connect', 1_700_000_000_999).bytes));
  assert.deepEqual(made, {
    time: 1_700_000_000,
    self_id: 10001,
    post_type: 'meta_event',
    meta_event_type: 'lifecycle',
    sub_type: 'connect',
  });
  assert.equal(JSON.parse(String(lifecycleEvent('bot-a', 'enable', 0).bytes)).self_id, 'bot-a');
});

test('an answer goes back with the echo of its caller, byte for byte, or without one', () => {
  const given = answer('{"status":"ok","retcode":0,"data":{"id":1.0},"echo":"qqbridge-1"}');
  assert.equal(given.echo, 'qqbridge-1');
  const echoes = ['"a"', '{"seq": 1}', '1.50', 'null', '[1,2]', '12345678901234567890'];
  for (const echo of echoes) {
    const expected = `{"status":"ok","retcode":0,"data":{"id":1.0},"echo":${echo}}`;
    assert.equal(String(withCallerEcho(given, Buffer.from(echo))), expected);
  }
  assert.equal(String(withCallerEcho(given, undefined)), '{"status":"ok","retcode":0,"data":{"id":1.0}}');
});

test('stream actions have more frames until data.type says that it is the last', () => {
  const frame = (type: string, mark = ',"stream":"stream-action"') =>
    answer(`{"status":"ok","retcode":0,"data":{"type":"${type}"},"echo":"e"${mark}}`);
  assert.ok(hasMoreFrames(frame('stream'), 'download_file_stream'));
  assert.ok(hasMoreFrames(frame('reset'), 'download_file_stream'));
  assert.ok(hasMoreFrames(frame('stream', ''), 'download_file_stream'), 'without the mark, by the name');
  assert.ok(!hasMoreFrames(frame('response'), 'download_file_stream'));
  assert.ok(!hasMoreFrames(frame('error'), 'download_file_stream'));
  assert.ok(!hasMoreFrames(frame('stream', ',"stream":"normal-action"'), 'get_file'));
  assert.ok(!hasMoreFrames(frame('stream', ''), 'get_file'));
  assert.ok(!hasMoreFrames(frame('stream'), 'upload_file_stream'), 'one answer for each chunk');
});
