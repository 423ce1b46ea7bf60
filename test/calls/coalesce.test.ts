import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CallDesk } from '../../src/calls/call-desk.ts';
import { silentLogger } from '../../src/support/logger.ts';
import { answer, directoryOf, Link, Session } from './desk-fakes.ts';

function setUp() {
  const session = new Session();
  const other = new Session('10002');
  const desk = new CallDesk(
    directoryOf((id) => (id === '10002' ? other : session)),
    silentLogger,
    () => Date.now(),
  );
  const place = (link: Link, text: string, selfId = '10001'): void => desk.place(link, selfId, Buffer.from(text));
  return { desk, session, other, place };
}

const GET = '{"action":"get_msg","params":{"id":1}}';

test('equal reading calls share one call to the bot, and each caller gets its own echo', () => {
  const { desk, session, place } = setUp();
  const [a, b] = [new Link('a'), new Link('b')];
  place(a, '{"action":"get_msg","params":{"id":1},"echo":{"seq": 1}}');
  place(b, '{"echo":"x","params":{"id":1},"action":"get_msg"}');
  place(b, GET);
  assert.equal(session.sent.length, 1);
  assert.deepEqual([desk.underWay(a), desk.underWay(b)], [1, 2]);
  answer(desk, session, { members: '"data":9007199254740993' });
  const head = '{"status":"ok","retcode":0,"data":9007199254740993';
  assert.deepEqual(a.got, [`${head},"echo":{"seq": 1}}`]);
  assert.deepEqual(b.got, [`${head},"echo":"x"}`, `${head}}`]);
  assert.deepEqual([desk.underWay(a), desk.underWay(b)], [0, 0]);
});

test('what differs, changes something, has a suffix or streams shares nothing', () => {
  const { desk, session, place } = setUp();
  const link = new Link('a');
  const frames = [
    '{"action":"get_msg","params":{"id":2}}',
    '{"action":"get_msg","params":{"id": 2}}',
    '{"action":"get_msg","params":{},"params":{"id":2}}',
    '{"action":"get_msg_async","params":{"id":2}}',
    '{"action":"get_msg_rate_limited","params":{"id":2}}',
    '{"action":"get_file_stream","params":{"id":2}}',
    '{"action":"send_msg","params":{"id":2}}',
  ];
  for (const frame of [...frames, ...frames]) place(link, frame);
  assert.equal(session.sent.length, 2 * frames.length);
  desk.close();
  assert.equal(link.got.length, 2 * frames.length);
});

test('a share ends with the answer, and at any call that may change something', () => {
  const { desk, session, place } = setUp();
  const link = new Link('a');
  place(link, GET);
  answer(desk, session, { members: '"data":1' });
  place(link, GET);
  place(link, '{"action":"get_status"}');
  place(link, GET);
  assert.deepEqual(session.actions, ['get_msg', 'get_msg', 'get_status']);
  place(new Link('b'), '{"action":"delete_msg"}');
  place(link, GET);
  assert.deepEqual(session.actions.slice(3), ['delete_msg', 'get_msg']);
  answer(desk, session, { at: 1, members: '"data":"old"' });
  answer(desk, session, { at: 4, members: '"data":"new"' });
  assert.deepEqual(
    link.got.map((frame) => JSON.parse(frame).data),
    [1, 'old', 'old', 'new'],
  );
  desk.close();
});

test('a call to one bot neither shares nor closes what another is asked', () => {
  const { desk, session, other, place } = setUp();
  const link = new Link('a');
  place(link, GET);
  place(link, GET, '10002');
  place(link, '{"action":"delete_msg"}', '10002');
  place(link, GET);
  assert.deepEqual([session.sent.length, other.sent.length], [1, 2]);
  desk.close();
});

test('a caller that goes takes nothing from those who share its call', () => {
  const { desk, session, place } = setUp();
  const [a, b] = [new Link('a'), new Link('b')];
  for (const link of [a, b]) place(link, GET);
  desk.callerGone(a);
  answer(desk, session, { members: '"data":1' });
  assert.deepEqual([a.got.length, b.got.length], [0, 1]);
  place(a, GET);
  desk.callerGone(a);
  place(b, GET);
  assert.equal(session.sent.length, 3, 'nobody was left to share with');
  desk.close();
});

test('each has its own time, and once one ran out nobody else joins', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout', 'Date'] });
  const { desk, session, place } = setUp();
  const [hasty, patient, late] = [new Link('a', { timeoutMs: 1_000 }), new Link('b'), new Link('c')];
  for (const link of [hasty, patient]) place(link, GET);
  t.mock.timers.tick(1_000);
  assert.deepEqual([hasty.retcodes, patient.retcodes], [[1504], []]);
  place(late, GET);
  assert.equal(session.sent.length, 2);
  answer(desk, session, { members: '"data":1' });
  assert.deepEqual([hasty.got.length, patient.got.length, late.got.length], [1, 1, 0]);
  desk.sessionGone(session);
  assert.deepEqual(late.retcodes, [1503]);
});

test('coalesce: false sends each', () => {
  const { desk, session, place } = setUp();
  desk.configure({ coalesce: false, holdMs: 0 });
  const link = new Link('a');
  for (let n = 0; n < 3; n += 1) place(link, GET);
  assert.equal(session.sent.length, 3);
  desk.close();
});
