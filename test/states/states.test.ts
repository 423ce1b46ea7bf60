import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BotStatus, DialledBotStatus } from '../../src/bots/types.ts';
import type { LinkStatus, ServerStatus } from '../../src/servers/types.ts';
import { States } from '../../src/states/states.ts';
import type { LinkCondition } from '../../src/states/types.ts';
import { TestClock } from './machine-options.ts';

const SESSION = { kind: 'reverse-ws', role: 'Universal', remote: '127.0.0.1:4000', since: 0 } as const;
const TROUBLE = { words: 'it is broken', cure: 'correct it' };

function botStatus(bot: Partial<BotStatus> = {}): BotStatus {
  return { selfId: '10001', online: true, takesCalls: true, sessions: [SESSION], events: 1, eventsByType: {}, ...bot };
}

const AWAY = botStatus({ online: false, sessions: [] });

function serverStatus(states: readonly LinkCondition[], server: Partial<ServerStatus> = {}): ServerStatus {
  const links = states.map(
    (state, index): LinkStatus => ({
      selfId: String(10001 + index),
      state: 'up',
      since: 0,
      standing: { state, since: 1_000, ...(state === 'up' ? {} : { cause: `it is ${state}`, cure: 'correct it' }) },
      queuedEvents: 0,
      queuedBytes: 0,
      inFlight: 0,
    }),
  );
  const dropped = { tooOld: 0, overflow: 0, unreadable: 0, dead: 0 };
  const seconds = { buckets: [], sum: 0, count: 0 };
  const counts = { delivered: 0, retried: 0, unanswered: 0, dropped, calls: 0, seconds };
  return { name: 'a', protocol: 'websocket', enabled: true, paused: false, links, counts, ...server };
}

function stateOf(server: ServerStatus): string {
  return new States(new TestClock()).servers([server])[0]?.state ?? '';
}

test('a server with one link is in the state of that link', () => {
  for (const state of ['refusing', 'unreachable', 'slow', 'up', 'idle'] as const) {
    assert.equal(stateOf(serverStatus([state])), state);
  }
});

test('a server with several links is up while one is, else the first of refusing, unreachable, slow, idle', () => {
  assert.equal(stateOf(serverStatus(['refusing', 'up', 'slow'])), 'up');
  assert.equal(stateOf(serverStatus(['idle', 'slow', 'unreachable', 'refusing'])), 'refusing');
  assert.equal(stateOf(serverStatus(['slow', 'unreachable'])), 'unreachable');
  assert.equal(stateOf(serverStatus(['idle', 'slow'])), 'slow');
});

test('a server all of whose links have one trouble says it once, as its own', () => {
  const [server] = new States(new TestClock()).servers([serverStatus(['unreachable', 'unreachable'])]);
  assert.deepEqual([server?.state, server?.cause, server?.cure], ['unreachable', 'it is unreachable', 'correct it']);
  const [mixed] = new States(new TestClock()).servers([serverStatus(['unreachable', 'refusing'])]);
  assert.equal(String(mixed?.cause), 'link of bot 10002: it is refusing (and 1 more)');
});

test('a server that is up and has links in trouble says which', () => {
  const [server] = new States(new TestClock()).servers([serverStatus(['up', 'unreachable', 'slow'])]);
  assert.equal(String(server?.cause), 'link of bot 10002: it is unreachable (and 1 more)');
  assert.equal(server?.cure, 'correct it');
});

test('paused and disabled stand above all, and what the links are in is told beside it', () => {
  const clock = new TestClock();
  const [paused, disabled] = new States(clock).servers([
    serverStatus(['refusing'], { paused: true }),
    serverStatus([], { name: 'b', enabled: false, paused: true }),
  ]);
  assert.deepEqual([paused?.state, paused?.linkState], ['paused', 'refusing']);
  assert.deepEqual([disabled?.state, disabled?.linkState], ['disabled', 'idle']);
});

test('a listen server without a bot is idle until an application dials in', () => {
  const listen = serverStatus([], { protocol: 'listen', connections: [] });
  assert.equal(stateOf(listen), 'idle');
  const connection = { kind: 'forward-ws', role: 'API', remote: '127.0.0.1:1', since: 0 } as const;
  assert.equal(stateOf({ ...listen, connections: [connection] }), 'up');
});

test('a state is since its beginning, whoever looks meanwhile', () => {
  const clock = new TestClock();
  const states = new States(clock);
  const sinceOf = (server: ServerStatus) => states.servers([server])[0]?.since;
  assert.equal(sinceOf(serverStatus(['up'])), 1_000, 'that of its only link');
  clock.pass(5_000);
  const paused = sinceOf(serverStatus(['up'], { paused: true }));
  clock.pass(5_000);
  assert.equal(sinceOf(serverStatus(['slow'], { paused: true })), paused);
});

test('a bot is online with a session, away without one', () => {
  const clock = new TestClock();
  const states = new States(clock);
  const look = (bot: BotStatus) => states.bots([bot], [])[0];
  assert.equal(look(botStatus())?.state, 'online');
  assert.equal(look(botStatus())?.cause, undefined);
  assert.deepEqual([look(AWAY)?.state, String(look(AWAY)?.cause)], ['away', 'its connection is gone']);
  assert.equal(String(look({ ...AWAY, events: 0 })?.cause), 'it has not come since the bridge started');
});

test('an account is offline from a heartbeat or notice on, until a heartbeat or message says otherwise', () => {
  const clock = new TestClock();
  const states = new States(clock);
  const account = states.account('10001');
  const look = () => states.bots([botStatus()], [])[0];
  account.saidOffline({ by: 'heartbeat', source: 'reverse-ws' });
  assert.deepEqual([look()?.state, look()?.since], ['account_offline', clock.ms]);
  assert.match(String(look()?.cure), /log the account in/);
  clock.pass(1_000);
  account.saidOffline({ by: 'notice', said: 'kicked, token hunter2' });
  account.saidOffline({ by: 'heartbeat', source: 'reverse-ws' });
  assert.equal(String(look()?.cause), 'the account went offline: "kicked, token ***"');
  assert.equal(look()?.since, clock.ms - 1_000);
  account.saidOnline();
  assert.equal(look()?.state, 'online');
});

test('an account that two programs report is online while the heartbeats of one say so', () => {
  const clock = new TestClock();
  const states = new States(clock);
  const account = states.account('10001');
  const look = () => states.bots([botStatus()], [])[0]?.state;
  for (let beat = 0; beat < 3; beat += 1) {
    account.saidOnline('http-report');
    account.saidOffline({ by: 'heartbeat', source: 'reverse-ws' });
    assert.equal(look(), 'online');
    clock.pass(30_000);
  }
  account.saidOffline({ by: 'heartbeat', source: 'http-report' });
  assert.equal(look(), 'account_offline', 'the one that said online says offline');
  account.saidOnline('http-report');
  clock.pass(90_000);
  account.saidOffline({ by: 'heartbeat', source: 'reverse-ws' });
  assert.equal(look(), 'account_offline', 'the other one is no longer heard');
});

test('a bot of which one connection of two is gone is online, and says what it can not do', () => {
  const states = new States(new TestClock());
  const look = (roles: readonly ('API' | 'Event' | 'Universal')[], takesCalls = true) =>
    states.bots([botStatus({ takesCalls, sessions: roles.map((role) => ({ ...SESSION, role })) })], [])[0];
  assert.deepEqual([look(['API', 'Event'])?.state, look(['API', 'Event'])?.cause], ['online', undefined]);
  assert.match(String(look(['API'])?.cause), /brings its events is not there/);
  assert.match(String(look(['Event'])?.cause), /takes calls is not there/);
  assert.deepEqual([look(['Event'])?.state, look(['Event'], false)?.cause], ['online', undefined]);
});

test('an account that is offline is away when its program goes', () => {
  const states = new States(new TestClock());
  states.account('10001').saidOffline({ by: 'heartbeat', source: 'reverse-ws' });
  assert.equal(states.bots([AWAY], [])[0]?.state, 'away');
});

function dialledBench() {
  const clock = new TestClock();
  const states = new States(clock);
  const machine = states.dial();
  const dialled = (isUp: boolean): DialledBotStatus => ({
    name: 'main',
    kind: 'forward-ws',
    url: 'ws://127.0.0.1:3001/',
    selfId: '10001',
    state: isUp ? 'up' : 'waiting',
    since: 0,
    standing: machine.standing({ isUp }),
  });
  const forward = botStatus({ sessions: [{ ...SESSION, kind: 'forward-ws' }] });
  const look = (isUp: boolean) => states.bots([isUp ? forward : AWAY], [dialled(isUp)])[0];
  return { clock, machine, look };
}

test('a dialled bot is unreachable while it can not be connected, online when it is', () => {
  const { machine, look } = dialledBench();
  assert.equal(look(false)?.state, 'away');
  machine.failed(TROUBLE);
  assert.deepEqual(
    [look(false)?.state, look(false)?.cause, look(false)?.cure],
    ['unreachable', 'it is broken', 'correct it'],
  );
  machine.connected();
  assert.equal(look(true)?.state, 'online');
  machine.closed(TROUBLE);
  assert.equal(look(false)?.state, 'unreachable');
});

test('a bot that refuses by a frame and closes is refused all along, also while the next connection is young', () => {
  const { clock, machine, look } = dialledBench();
  for (let count = 0; count < 2; count += 1) {
    machine.connected();
    assert.equal(look(true)?.state, count === 0 ? 'online' : 'refused');
    machine.refused({ words: 'it refuses the access_token', said: 'token failed', cure: 'set it' });
    assert.equal(look(true)?.state, 'refused');
    machine.closed(TROUBLE);
    assert.equal(look(false)?.state, 'refused');
    assert.equal(String(look(false)?.cause), 'it refuses the access_token: "token failed"');
    clock.pass(1_000);
  }
  machine.connected();
  clock.pass(2_000);
  assert.equal(look(true)?.state, 'online');
});

test('a bot that two entries dial is online while one of them is, whatever the other says', () => {
  const states = new States(new TestClock());
  const [refused, up] = [states.dial(), states.dial()];
  refused.refused(TROUBLE);
  up.connected();
  const entry = { kind: 'forward-ws', url: 'ws://127.0.0.1:3001/', selfId: '10001', since: 0 } as const;
  const look = (isUp: boolean) => {
    const second: DialledBotStatus = { ...entry, name: 'b', state: 'up', standing: up.standing({ isUp }) };
    const first: DialledBotStatus = {
      ...entry,
      name: 'a',
      state: 'waiting',
      standing: refused.standing({ isUp: false }),
    };
    const bot = isUp ? botStatus({ sessions: [{ ...SESSION, kind: 'forward-ws' }] }) : AWAY;
    return states.bots([bot], [first, second])[0]?.state;
  };
  assert.equal(look(true), 'online');
  up.closed(TROUBLE);
  assert.equal(look(false), 'refused');
});

test('a bot that refused and then can not be connected is unreachable', () => {
  const { machine, look } = dialledBench();
  machine.refused(TROUBLE);
  assert.equal(look(false)?.state, 'refused');
  machine.failed(TROUBLE);
  assert.equal(look(false)?.state, 'unreachable');
});

test('the wrong account stays refused while its connection stands', () => {
  const { clock, machine, look } = dialledBench();
  machine.connected();
  machine.refused(TROUBLE);
  clock.pass(60_000);
  assert.equal(look(true)?.state, 'refused');
});

test('a bot that is forgotten takes its account along', () => {
  const states = new States(new TestClock());
  states.account('10001').saidOffline({ by: 'heartbeat', source: 'reverse-ws' });
  states.bots([], []);
  states.account('10001');
  assert.equal(states.bots([botStatus()], [])[0]?.state, 'online');
});
