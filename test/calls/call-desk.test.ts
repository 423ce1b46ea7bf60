import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CallDesk } from '../../src/calls/call-desk.ts';
import { type Logger, silentLogger } from '../../src/support/logger.ts';
import { answer, directoryOf, Link, Session } from './desk-fakes.ts';

function setUp(session: Session | undefined = new Session()) {
  const desk = new CallDesk(
    directoryOf(() => session),
    silentLogger,
    () => Date.now(),
  );
  return { desk, session: session ?? new Session() };
}

function place(desk: CallDesk, link: Link, text: string): void {
  desk.place(link, '10001', Buffer.from(text));
}

test('equal echoes of two servers: each gets the answer to its own call, with its own echo', () => {
  const { desk, session } = setUp();
  const [a, b] = [new Link('a'), new Link('b')];
  place(desk, a, '{"action":"get_msg","params":{"n":1},"echo":{"seq": 1}}');
  place(desk, b, '{"action":"get_msg","params":{"n":2},"echo":{"seq": 1}}');
  answer(desk, session, { at: 1, members: '"data":"second"' });
  answer(desk, session, { members: '"data":"first"' });
  assert.deepEqual(a.got, ['{"status":"ok","retcode":0,"data":"first","echo":{"seq": 1}}']);
  assert.deepEqual(b.got, ['{"status":"ok","retcode":0,"data":"second","echo":{"seq": 1}}']);
});

test('a call is sent once and answered once: a second answer goes nowhere', () => {
  const { desk, session } = setUp();
  const link = new Link('a');
  place(desk, link, '{"action":"send_msg","echo":1}');
  answer(desk, session, { members: '"data":1' });
  answer(desk, session, { members: '"data":2' });
  assert.equal(session.sent.length, 1);
  assert.deepEqual(link.got, ['{"status":"ok","retcode":0,"data":1,"echo":1}']);
  assert.equal(desk.underWay(link), 0);
});

test('an answer from another session than the call went to goes nowhere', () => {
  const { desk, session } = setUp();
  const link = new Link('a');
  place(desk, link, '{"action":"send_msg"}');
  const stranger = new Session();
  stranger.sent.push(...session.sent);
  answer(desk, stranger, { members: '"data":1' });
  assert.deepEqual(link.got, []);
  desk.close();
});

test('all frames of a stream action reach the caller, and the time counts from the last', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout', 'Date'] });
  const { desk, session } = setUp();
  const link = new Link('a', { timeoutMs: 1_000 });
  place(desk, link, '{"action":"download_file_stream","echo":"e"}');
  for (let n = 0; n < 3; n += 1) {
    t.mock.timers.tick(900);
    answer(desk, session, { members: `"data":{"type":"stream","n":${n}},"stream":"stream-action"` });
  }
  answer(desk, session, { members: '"data":{"type":"response"},"stream":"stream-action"' });
  assert.equal(link.got.length, 4);
  t.mock.timers.tick(10_000);
  assert.equal(link.got.length, 4, 'no time-out after the last frame');
});

test('a call that is not answered in time is answered 1504, and a late answer goes nowhere', (t) => {
  t.mock.timers.enable({ apis: ['setTimeout', 'Date'] });
  const { desk, session } = setUp();
  const link = new Link('a', { timeoutMs: 1_000 });
  place(desk, link, '{"action":"send_msg","echo":[1]}');
  t.mock.timers.tick(1_000);
  answer(desk, session, { members: '"data":1' });
  assert.deepEqual(link.retcodes, [1504]);
  assert.deepEqual(JSON.parse(link.got[0] ?? '').echo, [1]);
});

test('calls to a bot that went away, is offline or unknown are answered at once', () => {
  const { desk, session } = setUp();
  const link = new Link('a');
  place(desk, link, '{"action":"send_msg"}');
  desk.sessionGone(session);
  assert.deepEqual(link.retcodes, [1503]);

  session.isOpen = false;
  place(desk, link, '{"action":"send_msg"}');
  const offline = new CallDesk(
    directoryOf(() => undefined),
    silentLogger,
  );
  place(offline, link, '{"action":"send_msg"}');
  offline.place(link, '99', Buffer.from('{"action":"send_msg"}'));
  assert.deepEqual(link.retcodes, [1503, 1503, 1503, 1404]);
});

test('malformed calls are answered 1400 and not sent; events and answers are not answered', () => {
  const { desk, session } = setUp();
  const link = new Link('a');
  for (const text of ['junk', '[]', '{"action":5}']) place(desk, link, text);
  assert.deepEqual(link.retcodes, [1400, 1400, 1400]);
  for (const text of ['{"status":"ok","retcode":0}', '{"post_type":"message"}']) place(desk, link, text);
  assert.equal(link.got.length, 3);
  assert.equal(session.sent.length, 0);
});

test('the answers of a link that is gone go nowhere', () => {
  const { desk, session } = setUp();
  const link = new Link('a');
  place(desk, link, '{"action":"send_msg"}');
  desk.callerGone(link);
  answer(desk, session, { members: '"data":1' });
  assert.deepEqual(link.got, []);
  assert.equal(desk.underWay(link), 0);
});

test('one link can not fill the desk: past its bound calls are answered 1429', () => {
  const { desk } = setUp();
  const link = new Link('a');
  for (let n = 0; n < 4_100; n += 1) place(desk, link, '{"action":"send_msg"}');
  assert.deepEqual(new Set(link.retcodes), new Set([1429]));
  assert.equal(link.got.length, 4);
  desk.close();
  assert.equal(link.got.length, 4_100, 'at the end each has its answer');
});

test('an echo may be large, but all large ones together have a bound, which small ones pass', () => {
  const { desk, session } = setUp();
  const link = new Link('a');
  const large = `"${'e'.repeat(20 * 1024 * 1024)}"`;
  for (let n = 0; n < 4; n += 1) place(desk, link, `{"action":"send_msg","echo":${large}}`);
  place(desk, link, '{"action":"send_msg","echo":5}');
  assert.equal(session.sent.length, 4);
  assert.deepEqual(link.retcodes, [1429]);
  for (let at = 0; at < 4; at += 1) answer(desk, session, { at, members: '"data":1' });
  assert.ok(link.got[1]?.endsWith(`"echo":${large}}`));
  assert.ok(link.got[4]?.endsWith('"echo":5}'));
  place(desk, link, `{"action":"send_msg","echo":${large}}`);
  assert.equal(session.sent.length, 5);
});

test('a bot that is none of the caller is 1403, whether it is known or not', () => {
  const { desk, session } = setUp();
  const link = new Link('a', { bots: ['10002'] });
  place(desk, link, '{"action":"get_status"}');
  desk.place(link, '99', Buffer.from('{"action":"get_status","echo":1}'));
  assert.deepEqual(link.retcodes, [1403, 1403]);
  assert.equal(session.sent.length, 0);
});

test('a call that the policy of its caller denies is 1403 with its echo, and not sent', () => {
  const { desk, session } = setUp();
  const link = new Link('a', { actions: { deny: ['set_*'] } });
  place(desk, link, '{"action":"set_group_kick_async","echo":{"n": 1}}');
  place(desk, link, '{"action":"get_status"}');
  assert.deepEqual(link.retcodes, [1403]);
  assert.ok(link.got[0]?.endsWith('"echo":{"n": 1}}'));
  assert.deepEqual(session.actions, ['get_status']);
  assert.equal(desk.underWay(link), 1);
  desk.close();
});

test('one debug line tells of each call how it ended', () => {
  const lines: Record<string, unknown>[] = [];
  const logger: Logger = {
    ...silentLogger,
    debugEnabled: true,
    debug: (_text, fields) => void lines.push({ ...fields }),
  };
  const session = new Session();
  const desk = new CallDesk(
    directoryOf(() => session),
    logger,
  );
  const link = new Link('a', { actions: { deny: ['set_*'] } });
  for (const action of ['send_msg', 'set_group_kick', 'get_status']) place(desk, link, `{"action":"${action}"}`);
  answer(desk, session, { members: '"data":1' });
  desk.callerGone(link);
  assert.deepEqual(
    lines.map(({ ms, ...rest }) => [typeof ms, rest]),
    [
      ['number', { server: 'a', bot: '10001', action: 'set_group_kick', retcode: 1403 }],
      ['number', { server: 'a', bot: '10001', action: 'send_msg', retcode: '0' }],
      ['number', { server: 'a', bot: '10001', action: 'get_status', retcode: 'caller gone' }],
    ],
  );
});
