import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CallDesk } from '../../src/calls/call-desk.ts';
import type { EndedCall } from '../../src/calls/types.ts';
import { silentLogger } from '../../src/support/logger.ts';
import { answer, directoryOf, Link, Session } from './desk-fakes.ts';

function bench() {
  const session = new Session();
  const desk = new CallDesk(
    directoryOf((selfId) => (selfId === session.selfId ? session : undefined)),
    silentLogger,
  );
  const ended: EndedCall[] = [];
  const watch = () => desk.watch({ ended: (call) => ended.push(call) });
  return { session, desk, ended, watch };
}

test('who watches is told of each call how it ended, with the beginning of its frames', () => {
  const { session, desk, ended, watch } = bench();
  watch();
  const link = new Link('survival');
  const frame = JSON.stringify({ action: 'send_msg', params: { message: '你'.repeat(10_000) }, echo: 1 });
  desk.place(link, '10001', Buffer.from(frame));
  answer(desk, session, { members: '"data":{"message_id":7}' });
  desk.place(link, '10002', Buffer.from('{"action":"get_status"}'));
  desk.place(link, '10001', Buffer.from('{"action":'));
  assert.deepEqual(
    ended.map(({ server, action, outcome, retcode }) => [server, action, outcome, retcode]),
    [
      ['survival', 'send_msg', 'ok', '0'],
      ['survival', 'get_status', 'no_bot', '1404'],
      ['survival', '', 'malformed', '1400'],
    ],
  );
  const [sent, refused] = ended;
  assert.equal(sent?.request.byteLength, Buffer.byteLength(frame));
  assert.equal(sent?.request.bytes.length, 16 * 1024);
  assert.match(String(sent?.answer?.bytes), /"message_id":7/);
  assert.deepEqual([refused?.reason, refused?.answer], ['no bot 10002 is known here', undefined]);
});

test('a call that began before somebody watched is not told of, nor one after', () => {
  const { session, desk, ended, watch } = bench();
  const call = Buffer.from('{"action":"send_msg"}');
  desk.place(new Link('survival'), '10001', call);
  watch();
  answer(desk, session, { members: '"data":null' });
  desk.watch(undefined);
  desk.place(new Link('survival'), '10001', call);
  answer(desk, session, { at: 1, members: '"data":null' });
  assert.deepEqual(ended, []);
});
