import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import { CallDesk } from '../../src/calls/call-desk.ts';
import type { CallsConfig } from '../../src/config/types.ts';
import { silentLogger } from '../../src/support/logger.ts';
import { answer, directoryOf, Link, Session } from './desk-fakes.ts';

const HOLD: CallsConfig = { coalesce: true, holdMs: 5_000 };

/** A desk whose clock the test moves, and bot 10001, which is away. */
function setUp(config: CallsConfig = HOLD) {
  let now = 1_000_000;
  let session: Session | undefined;
  const bot = { maySoonTakeCalls: true };
  const desk = new CallDesk(
    directoryOf(() => session, { maySoonTakeCalls: (id) => id === '10001' && bot.maySoonTakeCalls }),
    silentLogger,
    () => now,
  );
  desk.configure(config);
  return {
    desk,
    bot,
    place: (link: Link, text: string, selfId: string | undefined = '10001') =>
      desk.place(link, selfId, Buffer.from(text)),
    comes: (): Session => {
      session = new Session();
      desk.sessionUp('10001');
      return session;
    },
    leaves: (): void => {
      const gone = session;
      session = undefined;
      if (gone !== undefined) desk.sessionGone(gone);
    },
    pass: (ms: number): void => {
      for (let step = 0; step < ms; step += 50) {
        now += 50;
        mock.timers.tick(50);
      }
    },
  };
}

function held(title: string, run: () => void): void {
  test(title, () => {
    mock.timers.enable({ apis: ['setTimeout'] });
    try {
      run();
    } finally {
      mock.timers.reset();
    }
  });
}

held('a call for a bot that is away is sent when the bot comes, and answered by it', () => {
  const { desk, place, comes, pass } = setUp();
  const link = new Link('a');
  place(link, '{"action":"send_msg","echo":{"n": 1}}');
  pass(4_900);
  assert.deepEqual(link.got, []);
  const session = comes();
  assert.deepEqual(session.actions, ['send_msg']);
  answer(desk, session, { members: '"data":1' });
  assert.deepEqual(link.got, ['{"status":"ok","retcode":0,"data":1,"echo":{"n": 1}}']);
  pass(10_000);
  assert.equal(link.got.length, 1);
});

held('a call without self_id waits for the only bot that is known', () => {
  const { place, comes } = setUp();
  const link = new Link('a');
  place(link, '{"action":"send_msg"}', undefined);
  assert.deepEqual(link.got, []);
  assert.deepEqual(comes().actions, ['send_msg']);
});

held('a call waits for call_hold and is then answered 1503, with its echo', () => {
  const { place, comes, pass } = setUp();
  const link = new Link('a');
  place(link, '{"action":"send_msg","echo":7}');
  pass(4_950);
  assert.equal(link.got.length, 0);
  pass(50);
  assert.deepEqual(link.retcodes, [1503]);
  assert.ok(link.got[0]?.endsWith('"echo":7}'));
  assert.deepEqual(comes().sent, []);
});

held('calls that waited are sent in the order they came, of all servers, before later ones', () => {
  const { place, comes } = setUp();
  const [a, b] = [new Link('a'), new Link('b')];
  place(a, '{"action":"send_msg","params":{"n":1}}');
  place(b, '{"action":"set_group_ban","params":{"n":2}}');
  place(a, '{"action":"delete_msg","params":{"n":3}}');
  const session = comes();
  place(a, '{"action":"get_msg","params":{"n":4}}');
  assert.deepEqual(session.actions, ['send_msg', 'set_group_ban', 'delete_msg', 'get_msg']);
});

held('equal questions that waited share one call', () => {
  const { desk, place, comes } = setUp();
  const [a, b] = [new Link('a'), new Link('b')];
  for (const link of [a, b]) place(link, '{"action":"get_login_info","params":{}}');
  const session = comes();
  assert.equal(session.sent.length, 1);
  answer(desk, session, { members: '"data":1' });
  assert.deepEqual([a.retcodes, b.retcodes], [[0], [0]]);
});

held('what was sent when the session broke is answered 1503 at once and never sent again', () => {
  const { place, comes, leaves } = setUp();
  const link = new Link('a');
  comes();
  place(link, '{"action":"send_msg","echo":1}');
  leaves();
  assert.deepEqual(link.retcodes, [1503]);
  place(link, '{"action":"delete_msg","echo":2}');
  assert.deepEqual(comes().actions, ['delete_msg']);
});

held('call_hold: 0, an unknown bot and one that only reports by HTTP are answered at once', () => {
  const off = setUp({ coalesce: true, holdMs: 0 });
  const link = new Link('a');
  off.place(link, '{"action":"send_msg"}');
  const on = setUp();
  on.place(link, '{"action":"send_msg"}', '99');
  on.bot.maySoonTakeCalls = false;
  on.place(link, '{"action":"send_msg"}');
  assert.deepEqual(link.retcodes, [1503, 1404, 1503]);
});

held('what a server may not do is denied at once, whether its bot is there or not', () => {
  const { place } = setUp();
  const link = new Link('a', { bots: ['10001'], actions: { deny: ['set_*'] } });
  place(link, '{"action":"set_group_ban"}');
  place(link, '{"action":"get_msg"}', '10002');
  assert.deepEqual(link.retcodes, [1403, 1403]);
});

held('call_timeout counts from the arrival of the call', () => {
  const { place, comes, pass } = setUp({ coalesce: true, holdMs: 60_000 });
  const hasty = new Link('hasty', { timeoutMs: 2_000 });
  place(hasty, '{"action":"send_msg"}');
  pass(2_000);
  assert.deepEqual(hasty.retcodes, [1503]);
  assert.deepEqual(comes().sent, [], 'nobody would take the answer');
});

held('the rate limit comes first: what it lets go waits for the bot, the rest is 1429', () => {
  const { place, comes, pass } = setUp({
    ...HOLD,
    rateLimit: { perBot: { count: 1, periodMs: 60_000 }, waitMs: 1_000 },
  });
  const link = new Link('a');
  for (const echo of [1, 2]) place(link, `{"action":"send_msg","echo":${echo}}`);
  pass(1_000);
  assert.deepEqual(link.retcodes, [1429]);
  assert.ok(link.got[0]?.endsWith('"echo":2}'));
  assert.deepEqual(comes().actions, ['send_msg']);
});

held('a call whose turn has not come when the bot leaves goes to its next session', () => {
  const { place, comes, leaves, pass } = setUp({
    ...HOLD,
    rateLimit: { perBot: { count: 1, periodMs: 1_000 }, waitMs: 10_000 },
  });
  const link = new Link('a');
  comes();
  for (const echo of [1, 2]) place(link, `{"action":"send_msg","echo":${echo}}`);
  leaves();
  assert.deepEqual(link.retcodes, [1503], 'the one that was sent');
  pass(1_500);
  assert.deepEqual(comes().actions, ['send_msg']);
});

held('a caller that goes away takes its waiting calls along, of all others they stay', () => {
  const { desk, place, comes } = setUp();
  const [a, b] = [new Link('a'), new Link('b')];
  place(a, '{"action":"send_msg"}');
  place(b, '{"action":"delete_msg"}');
  desk.callerGone(a);
  assert.equal(desk.underWay(a), 0);
  assert.deepEqual(comes().actions, ['delete_msg']);
  assert.deepEqual(a.got, []);
});

held('no more wait than their bounds allow: those past it are answered 1503 at once', () => {
  const { place, desk } = setUp();
  const links = [new Link('a'), new Link('b')];
  for (let n = 0; n < 2_100; n += 1) for (const link of links) place(link, '{"action":"send_msg"}');
  const answered = links.flatMap(({ retcodes }) => retcodes);
  assert.equal(answered.length, 104);
  assert.deepEqual(new Set(answered), new Set([1503]));
  desk.close();
  assert.equal(links.flatMap(({ retcodes }) => retcodes).length, 4_200, 'at the end each has its answer');

  const big = setUp();
  const link = new Link('a');
  const image = 'x'.repeat(20 * 1024 * 1024);
  for (let n = 0; n < 4; n += 1) big.place(link, `{"action":"send_msg","params":{"message":"${image}"}}`);
  assert.deepEqual(link.retcodes, [1503]);
  assert.equal(big.comes().sent.length, 3);
  big.place(link, '{"action":"delete_msg"}');
});

held('at the end of the process what waits is answered, and nothing waits any more', () => {
  const { desk, place } = setUp();
  const link = new Link('a');
  place(link, '{"action":"send_msg"}');
  desk.close();
  place(link, '{"action":"send_msg"}');
  assert.deepEqual(link.retcodes, [1503, 1503]);
});
