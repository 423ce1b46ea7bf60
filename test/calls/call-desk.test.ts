import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CallDesk } from '../../src/calls/call-desk.ts';
import type { Caller, CallSession } from '../../src/calls/types.ts';
import { readBotFrame } from '../../src/onebot/bot-frame.ts';
import { silentLogger } from '../../src/support/logger.ts';

/** A bot's session that remembers what it was sent. */
class Session implements CallSession {
  readonly selfId = '10001';
  readonly sent: string[] = [];
  isOpen = true;

  send(frame: Buffer): boolean {
    if (this.isOpen) this.sent.push(String(frame));
    return this.isOpen;
  }
}

class Link implements Caller {
  readonly server: string;
  readonly timeoutMs: number;
  readonly got: string[] = [];

  constructor(server: string, timeoutMs = 60_000) {
    this.server = server;
    this.timeoutMs = timeoutMs;
  }

  reply(frame: Buffer): void {
    this.got.push(String(frame));
  }

  get retcodes(): number[] {
    return this.got.map((frame) => JSON.parse(frame).retcode);
  }
}

function setUp(session: Session | undefined = new Session()) {
  const desk = new CallDesk({ callSession: () => session, knows: (id) => id === '10001' }, silentLogger);
  return { desk, session: session ?? new Session() };
}

function place(desk: CallDesk, link: Link, text: string): void {
  desk.place(link, '10001', Buffer.from(text));
}

/** Lets the bot answer the call that it was sent, with the members given as JSON text. */
function answer(desk: CallDesk, session: Session, { at = 0, members }: { at?: number; members: string }): void {
  const echo = JSON.stringify(JSON.parse(session.sent.at(at) ?? assert.fail('no such call')).echo);
  const frame = readBotFrame(Buffer.from(`{"status":"ok","retcode":0,${members},"echo":${echo}}`));
  if (frame.kind !== 'answer') assert.fail();
  desk.answer(session, frame.answer);
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
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const { desk, session } = setUp();
  const link = new Link('a', 1_000);
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
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const { desk, session } = setUp();
  const link = new Link('a', 1_000);
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
  const offline = new CallDesk({ callSession: () => undefined, knows: (id) => id === '10001' }, silentLogger);
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
