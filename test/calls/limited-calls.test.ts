import assert from 'node:assert/strict';
import { mock, test } from 'node:test';
import fc from 'fast-check';
import { CallDesk } from '../../src/calls/call-desk.ts';
import type { CallsConfig } from '../../src/config/types.ts';
import { silentLogger } from '../../src/support/logger.ts';
import { answer, directoryOf, Link, Session } from './desk-fakes.ts';

const ONE_A_MINUTE = {
  coalesce: true,
  holdMs: 0,
  rateLimit: { perBot: { count: 1, periodMs: 60_000 }, waitMs: 10_000 },
};

/** A desk whose clock is moved by hand. */
function setUp(config: CallsConfig = ONE_A_MINUTE) {
  let now = 1_000_000;
  const bot: { session: Session | undefined } = { session: new Session() };
  const desk = new CallDesk(
    directoryOf(() => bot.session),
    silentLogger,
    () => now,
  );
  desk.configure(config);
  const place = (link: Link, text: string): void => desk.place(link, '10001', Buffer.from(text));
  const pass = (ms: number): void => {
    for (let step = 0; step < ms; step += 50) {
      now += 50;
      mock.timers.tick(50);
    }
  };
  return { desk, bot, session: bot.session ?? assert.fail(), place, pass, now: () => now };
}

function limited(title: string, run: () => void): void {
  test(title, () => {
    mock.timers.enable({ apis: ['setTimeout'] });
    try {
      run();
    } finally {
      mock.timers.reset();
    }
  });
}

limited('what can not be sent within the wait is 1429, and never sent', () => {
  const { desk, session, place, pass } = setUp();
  const link = new Link('a');
  place(link, '{"action":"send_msg","echo":1}');
  place(link, '{"action":"send_msg_async","echo":2}');
  pass(9_950);
  assert.equal(link.got.length, 0);
  pass(50);
  assert.deepEqual(link.retcodes, [1429]);
  assert.ok(link.got[0]?.endsWith('"echo":2}'));
  pass(60_000);
  assert.equal(session.sent.length, 1);
  assert.equal(desk.underWay(link), 0);
});

limited('a turn that comes in time sends the call as it was made', () => {
  const { desk, session, place, pass } = setUp({
    coalesce: true,
    holdMs: 0,
    rateLimit: { perGroup: { count: 1, periodMs: 1_000 }, waitMs: 10_000 },
  });
  const link = new Link('a');
  for (const n of [1, 2]) place(link, `{"action":"send_group_msg","params":{"group_id":5,"n":1.0e1},"echo":${n}}`);
  assert.equal(session.sent.length, 1);
  pass(1_000);
  assert.equal(session.sent.length, 2);
  assert.ok(session.sent[1]?.includes('"params":{"group_id":5,"n":1.0e1}'));
  answer(desk, session, { at: 1, members: '"data":1' });
  assert.deepEqual(link.got, ['{"status":"ok","retcode":0,"data":1,"echo":2}']);
  desk.close();
});

limited('only sending counts, in every form that it has, and the replies of quick operations', () => {
  const { desk, session, place } = setUp();
  const link = new Link('a');
  place(link, '{"action":"send_msg_rate_limited"}');
  place(link, '{"action":"send_msg_rate_limited"}');
  place(link, '{"action":"delete_msg"}');
  place(link, '{"action":"get_msg"}');
  place(link, '{"action":"send_msg"}');
  const operate = (operation: string): string =>
    `{"action":".handle_quick_operation","params":{"context":{"message_type":"private"},"operation":${operation}}}`;
  place(link, operate('{"reply":"a"}'));
  place(link, operate('{"approve":true}'));
  assert.deepEqual(session.actions, ['send_msg_rate_limited', 'delete_msg', 'get_msg', '.handle_quick_operation']);
  desk.close();
  assert.equal(link.got.length, 7);
});

limited('calls that wait go with their caller, and are 1503 when their bot goes', () => {
  const { desk, bot, session, place, pass } = setUp();
  const [a, b] = [new Link('a'), new Link('b')];
  for (const link of [a, a, b]) place(link, '{"action":"send_msg"}');
  desk.callerGone(a);
  bot.session = undefined;
  desk.sessionGone(session);
  assert.deepEqual([a.retcodes, b.retcodes], [[], [1503]]);
  assert.deepEqual([desk.underWay(a), desk.underWay(b)], [0, 0]);
  pass(60_000);
  assert.equal(session.sent.length, 1);
});

limited('calls that wait go to the session that takes the place of an older one', () => {
  const { desk, bot, session, place } = setUp();
  const link = new Link('a');
  for (let n = 0; n < 2; n += 1) place(link, '{"action":"send_msg"}');
  const newer = new Session();
  bot.session = newer;
  desk.sessionGone(session);
  assert.deepEqual(link.retcodes, [1503]);
  desk.configure({ coalesce: true, holdMs: 0 });
  assert.equal(newer.sent.length, 1, 'and at once when the limit is lifted');
  desk.close();
});

limited('the wait for a turn is part of the time that a call may take', () => {
  const { place, pass } = setUp();
  const link = new Link('a', { timeoutMs: 500 });
  for (let n = 0; n < 2; n += 1) place(link, '{"action":"send_msg"}');
  pass(550);
  assert.deepEqual(link.retcodes.toSorted(), [1429, 1504]);
});

const ACTIONS = [
  'send_msg',
  'send_group_msg',
  'get_msg',
  'get_status',
  'delete_msg',
  'set_group_kick',
  'send_like_async',
];

/** Calls in any order of events, and which of them are to be answered. */
class CallStorm {
  readonly #world = setUp(STORM_LIMITS);
  readonly #links = [0, 1, 2, 3].map((n) => new Link(`s${n % 2}`, { timeoutMs: 2_000, actions: { deny: ['*kick'] } }));
  readonly #owners = new Map<number, Link>();
  /** Callers left before the answer. */
  readonly #abandoned = new Set<number>();

  readonly steps = {
    place: (n: number, action: number) => {
      const id = this.#owners.size + 1;
      const link = this.#linkAt(n);
      this.#owners.set(id, link);
      this.#world.place(link, `{"action":"${ACTIONS[action]}","params":{"group_id":${n % 2}},"echo":${id}}`);
    },
    answer: (n: number) => {
      const { session } = this.#world.bot;
      if (session === undefined || session.sent.length === 0) return;
      answer(this.#world.desk, session, { at: n % session.sent.length, members: '"data":1' });
    },
    pass: (n: number) => this.#world.pass(n * 50),
    gone: (n: number) => {
      const link = this.#linkAt(n);
      this.#world.desk.callerGone(link);
      const answered = new Set(link.got.map(idOf));
      for (const [id, owner] of this.#owners) if (owner === link && !answered.has(id)) this.#abandoned.add(id);
    },
    session: (n: number) => {
      const { bot, desk } = this.#world;
      const before = bot.session;
      bot.session = n % 2 === 0 ? new Session() : undefined;
      if (before !== undefined) desk.sessionGone(before);
    },
    configure: (n: number) => this.#world.desk.configure(n % 2 === 0 ? STORM_LIMITS : { coalesce: false, holdMs: 0 }),
  };

  /** Fails unless every call was answered once, to its caller, or abandoned. */
  expectOneAnswerEach(): void {
    this.#world.pass(10_000);
    for (const link of this.#links) {
      const calls = [...this.#owners].filter(([id, owner]) => owner === link && !this.#abandoned.has(id));
      const ids = calls.map(([id]) => id);
      assert.deepEqual(
        link.got.map(idOf).toSorted((a, b) => a - b),
        ids,
      );
      assert.equal(this.#world.desk.underWay(link), 0);
    }
  }

  #linkAt(n: number): Link {
    return this.#links[n % this.#links.length] ?? assert.fail();
  }
}

const STORM_LIMITS: CallsConfig = {
  coalesce: true,
  holdMs: 0,
  rateLimit: { perBot: { count: 2, periodMs: 1_000 }, perGroup: { count: 1, periodMs: 800 }, waitMs: 1_500 },
};

const STORM_STEP = fc.oneof(
  ...(
    [
      ['place', 6],
      ['answer', 4],
      ['pass', 2],
      ['gone', 1],
      ['session', 1],
      ['configure', 1],
    ] as const
  ).map(([kind, weight]) => ({
    weight,
    arbitrary: fc.record({ kind: fc.constant(kind), n: fc.nat(30), action: fc.nat(ACTIONS.length - 1) }),
  })),
);

limited('whatever happens, each call is answered exactly once, or its caller is gone', () => {
  fc.assert(
    fc.property(fc.array(STORM_STEP, { maxLength: 60 }), (steps) => {
      const storm = new CallStorm();
      for (const { kind, n, action } of steps) storm.steps[kind](n, action);
      storm.expectOneAnswerEach();
    }),
    { numRuns: 150 },
  );
});

function idOf(frame: string): number {
  return JSON.parse(frame).echo;
}
