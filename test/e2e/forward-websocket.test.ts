import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Cleanup } from '../support/cleanup.ts';
import { type Daemon, startDaemon } from '../support/daemon.ts';
import { type DialInOptions, dialIn } from '../support/dial-in.ts';
import { groupMessage, heartbeat, lifecycle, tagged } from '../support/events.ts';
import { eventually } from '../support/eventually.ts';
import type { FakeServerLink } from '../support/fake-server-link.ts';
import { failOnLeaks } from '../support/leaks.ts';
import { ADMIN, eventuallyThere, operate, serverState, waitingEvents } from '../support/operate.ts';
import { isEvent, reportSafely } from '../support/reports.ts';
import { UpgradeRefused } from '../support/upgrade-refused.ts';

failOnLeaks();

const APP = { protocol: 'listen', access_token: 'token-of-app' } as const;

/** Dials the port with the token of the server `app`. */
function dial(t: Cleanup, daemon: Daemon, options: string | (Omit<DialInOptions, 'url'> & { path: string })) {
  const { path, ...others } = typeof options === 'string' ? { path: options } : options;
  return dialIn(t, { token: APP.access_token, ...others, url: `${daemon.wsUrl}${path}` });
}

async function refusalOf(connecting: Promise<unknown>): Promise<number> {
  try {
    await connecting;
  } catch (error) {
    if (error instanceof UpgradeRefused) return error.status;
    throw error;
  }
  return 101;
}

async function expectEvents(link: FakeServerLink, events: readonly string[], server = 'app'): Promise<void> {
  await eventually(() => link.frames.all.filter(isEvent).length >= events.length);
  assert.deepEqual(
    link.frames.all.filter(isEvent),
    events.map((event) => tagged(event, server)),
  );
}

describe('servers that dial in', { concurrency: 3 }, () => {
  test('on / they get the lifecycle frame, events and the answers to their calls', async (t) => {
    const daemon = await startDaemon(t, { config: { server_list: { app: APP } } });
    const bot = await daemon.connectBot(t);
    for (const path of ['/', '/ws', '/app', '/app/', '/?access_token=token-of-app']) {
      const link = await dial(t, daemon, path.includes('?') ? { path, token: '' } : path);
      assert.match(
        await link.frames.take(),
        /^\{"time":\d+,"self_id":10001,.*"lifecycle","sub_type":"connect","server":"app"\}$/,
      );
      const event = groupMessage({ messageId: 9007199254740993n });
      for (const each of [event, heartbeat(), lifecycle({ subType: 'connect' })]) {
        bot.send(each);
        await link.frames.take((frame) => frame === tagged(each, 'app'));
      }
      assert.match(await link.call('get_status', { a: 1 }, '{"seq":1}'), /"echo":\{"seq":1\}\}$/);
      link.close();
    }
  });

  test('/api takes calls and gets no events, /event the other way about', async (t) => {
    const daemon = await startDaemon(t, { config: { server_list: { app: APP } } });
    const bot = await daemon.connectBot(t);
    const [api, events] = [await dial(t, daemon, '/api/'), await dial(t, daemon, '/app/event')];
    assert.match(await events.frames.take(), /lifecycle/);
    events.send('{"action":"get_status","echo":1}');
    assert.match(await api.call('get_status', {}, '2'), /"echo":2\}$/);
    const event = groupMessage();
    bot.send(event);
    await expectEvents(events, [event]);
    assert.deepEqual([api.frames.all.length, events.frames.all.length], [1, 2]);
    assert.equal(bot.calls.all.length, 1);
  });

  test('several connections each get every event, and each its own answers', async (t) => {
    const daemon = await startDaemon(t, { config: { server_list: { app: APP } } });
    const bot = await daemon.connectBot(t);
    const links = [await dial(t, daemon, '/'), await dial(t, daemon, '/'), await dial(t, daemon, '/event')];
    const [first, second] = links;
    if (first === undefined || second === undefined) return assert.fail();
    const sent = Array.from({ length: 50 }, (_, n) => groupMessage({ messageId: n }));
    for (const event of sent) bot.send(event);
    for (const link of links) await expectEvents(link, sent);
    const answers = await Promise.all([first.call('get_a', {}, '1'), second.call('get_b', {}, '1')]);
    assert.equal(answers.length, 2);
    assert.equal(
      [first, second].every((link) => link.frames.all.filter((frame) => frame.includes('"retcode"')).length === 1),
      true,
    );
  });

  test('what comes while none is there waits, also over a restart', async (t) => {
    const daemon = await startDaemon(t, { config: { admin: ADMIN, server_list: { app: APP } } });
    const events = [...(await reportSafely(daemon, 5))];
    assert.equal(await waitingEvents(daemon, 'app'), 5);
    await daemon.stop();
    const again = await daemon.startAgain();
    const link = await dial(t, again, '/');
    assert.match(await link.frames.take(), /lifecycle/);
    await expectEvents(link, events);
    await eventuallyThere(async () => assert.equal(await waitingEvents(again, 'app'), 0));
  });

  test('what no connection confirmed is sent again on the next; what one confirmed is not', async (t) => {
    const daemon = await startDaemon(t, { config: { admin: ADMIN, server_list: { app: APP } } });
    const bot = await daemon.connectBot(t);
    const deaf = await dial(t, daemon, '/');
    deaf.ignorePings();
    const events = [groupMessage({ messageId: 1 }), groupMessage({ messageId: 2 })];
    for (const event of events) bot.send(event);
    await expectEvents(deaf, events);
    deaf.drop();
    await eventuallyThere(async () => assert.equal((await serverState(daemon, 'app')).links[0]?.state, 'idle'));
    const next = await dial(t, daemon, '/');
    await expectEvents(next, events);
    await eventuallyThere(async () => assert.equal(await waitingEvents(daemon, 'app'), 0));
    const last = await dial(t, daemon, '/');
    const event = groupMessage({ messageId: 3 });
    bot.send(event);
    await expectEvents(last, [event]);
  });

  test('an event that one of two connections confirmed is delivered, whatever the other does', async (t) => {
    const daemon = await startDaemon(t, { config: { admin: ADMIN, server_list: { app: APP } } });
    const bot = await daemon.connectBot(t);
    const [deaf, good] = [await dial(t, daemon, '/'), await dial(t, daemon, '/event')];
    deaf.ignorePings();
    const event = groupMessage();
    bot.send(event);
    for (const link of [deaf, good]) await expectEvents(link, [event]);
    await eventuallyThere(async () => assert.equal(await waitingEvents(daemon, 'app'), 0));
    deaf.drop();
    const last = groupMessage({ messageId: 2 });
    bot.send(last);
    await expectEvents(good, [event, last]);
  });

  test('several bots: one connection for all, or one bound to one of them', async (t) => {
    const servers = { app: { ...APP, bots: [10001, 10002] } };
    const daemon = await startDaemon(t, { config: { server_list: servers } });
    const all = await dial(t, daemon, '/');
    const bots = {
      '10001': await daemon.connectBot(t),
      '10002': await daemon.connectBot(t, { selfId: '10002' }),
      '10003': await daemon.connectBot(t, { selfId: '10003' }),
    };
    const bound = await dial(t, daemon, '/?self_id=10002');
    const greetings = [await all.frames.take(), await all.frames.take()].map((frame) => JSON.parse(frame).self_id);
    assert.deepEqual(greetings, [10001, 10002]);
    assert.equal(JSON.parse(await bound.frames.take()).self_id, 10002);

    const events = Object.keys(bots).map((selfId) => groupMessage({ selfId }));
    for (const [at, bot] of Object.values(bots).entries()) bot.send(events[at] ?? '');
    await expectEvents(bound, events.slice(1, 2));
    await eventually(() => all.frames.all.filter(isEvent).length === 2);

    await bound.call('get_status', {}, '1');
    assert.equal(bots['10002'].calls.all.length, 1);
    await all.call('get_status', { self_id: 10001 }, '1');
    assert.equal(bots['10001'].calls.all.length, 1);
    all.send('{"action":"get_status","self_id":"10002","echo":2}');
    await all.nextAnswer((answer) => answer.includes('"echo":2'));
    assert.equal(bots['10002'].calls.all.length, 2);
    for (const [call, retcode] of [
      ['{"action":"get_status","echo":"x"}', 1404],
      ['{"action":"get_status","params":{"self_id":10003},"echo":"x"}', 1403],
      ['{"action":"get_status","params":{"self_id":10001,"self_id":10002},"echo":"x"}', 1400],
      ['{"action":"get_status","params":{"self_id":404},"echo":"x"}', 1403],
    ] as const) {
      all.send(call);
      assert.equal(JSON.parse(await all.nextAnswer((answer) => answer.includes('"echo":"x"'))).retcode, retcode, call);
    }
    assert.equal(await refusalOf(dial(t, daemon, '/?self_id=10003')), 403);
    assert.equal(await refusalOf(dial(t, daemon, '/?self_id=a%20b')), 400);
  });

  test('a bot that comes later is announced on the connections that are there', async (t) => {
    const daemon = await startDaemon(t, { config: { server_list: { app: APP } } });
    const link = await dial(t, daemon, '/');
    link.send('{"action":"get_status","echo":0}');
    assert.equal(JSON.parse(await link.frames.take()).retcode, 1404);
    const bot = await daemon.connectBot(t);
    assert.match(await link.frames.take(), /"self_id":10001,.*"lifecycle"/);
    const event = groupMessage();
    bot.send(event);
    await expectEvents(link, [event]);
  });

  test('pause holds events back, reconnect and a changed config close the connections', async (t) => {
    const daemon = await startDaemon(t, { config: { admin: ADMIN, server_list: { app: APP } } });
    const bot = await daemon.connectBot(t);
    const link = await dial(t, daemon, '/');
    await operate(daemon, 'pause app');
    const event = groupMessage();
    bot.send(event);
    await link.call('get_status', {}, '1');
    assert.equal(link.frames.all.filter(isEvent).length, 0);
    await operate(daemon, 'resume app');
    await expectEvents(link, [event]);
    await operate(daemon, 'reconnect app');
    assert.equal((await link.closed()).code, 1001);

    const next = await dial(t, daemon, '/');
    await daemon.writeConfig({ admin: ADMIN, server_list: { app: { ...APP, access_token: 'another' } } });
    await operate(daemon, 'reload config');
    assert.equal((await next.closed()).code, 1001);
    assert.equal(await refusalOf(dial(t, daemon, '/')), 403);
    assert.equal(await refusalOf(dial(t, daemon, { path: '/', token: 'another' })), 101);
  });

  test('many and large events come through, in order', async (t) => {
    const daemon = await startDaemon(t, { config: { server_list: { app: APP } } });
    const bot = await daemon.connectBot(t);
    const link = await dial(t, daemon, '/');
    await link.frames.take();
    const text = 'x'.repeat(200_000);
    const events = Array.from({ length: 300 }, (_, n) =>
      groupMessage({ messageId: n, text: n % 10 === 0 ? text : 'y' }),
    );
    for (const event of events) bot.send(event);
    await expectEvents(link, events);
  });
});

test('who may dial in', async (t) => {
  const servers = {
    app: APP,
    other: { ...APP, access_token: 'token-of-other' },
    web: { port: 1, access_token: 'token-of-web' },
  };
  const config = { access_token: 'token-of-bots', server_list: servers };
  const daemon = await startDaemon(t, { config });
  const cases: readonly (readonly [string, string, number])[] = [
    ['/', '', 401],
    ['/', 'wrong', 403],
    ['/', 'token-of-bots', 403],
    ['/app/', 'token-of-other', 403],
    ['/other/', 'token-of-other', 101],
    ['/nowhere', 'token-of-app', 404],
    ['/app/nowhere', 'token-of-app', 404],
    ['/event', 'token-of-web', 403],
    ['/', 'token-of-web', 101],
    ['/_events', 'token-of-app', 404],
  ];
  for (const [path, token, status] of cases) {
    const refusal = await refusalOf(dial(t, daemon, { path, token }));
    assert.equal(refusal, status, `${path} ${token}`);
  }
  const foreign = dial(t, daemon, { path: '/', headers: { Origin: 'http://evil.example' } });
  assert.equal(await refusalOf(foreign), 403);
});

test('without tokens: the only listen server, else the one in the path, else nobody who may only call', async (t) => {
  const open = { protocol: 'listen' };
  const daemon = await startDaemon(t, { config: { admin: ADMIN, server_list: { app: open } } });
  const bot = await daemon.connectBot(t);
  const only = await dial(t, daemon, { path: '/', token: '' });
  assert.match(await only.frames.take(), /"server":"app"/);

  await daemon.writeConfig({ admin: ADMIN, server_list: { app: open, other: open } });
  await operate(daemon, 'reload config');
  const anonymous = await dial(t, daemon, { path: '/', token: '' });
  const other = await dial(t, daemon, { path: '/other', token: '' });
  assert.match(await other.frames.take(), /"server":"other"/);
  const event = groupMessage();
  bot.send(event);
  await expectEvents(other, [event], 'other');
  await expectEvents(only, [event], 'app');
  await anonymous.call('get_status', {}, '1');
  assert.equal(anonymous.frames.all.length, 1);
  assert.equal(await refusalOf(dial(t, daemon, { path: '/event', token: '' })), 401);

  await daemon.writeConfig({
    admin: ADMIN,
    anonymous_calls: false,
    server_list: { app: { ...open, access_token: 'x' } },
  });
  await operate(daemon, 'reload config');
  assert.equal((await anonymous.closed()).code, 1001);
});

test('a peer that reads nothing holds up nobody but its own server', async (t) => {
  const servers = { app: APP, other: { ...APP, access_token: 'token-of-other' } };
  const daemon = await startDaemon(t, { config: { server_list: servers } });
  const bot = await daemon.connectBot(t);
  const [stuck, fine] = [await dial(t, daemon, '/'), await dial(t, daemon, { path: '/', token: 'token-of-other' })];
  stuck.stopReading();
  const events = Array.from({ length: 100 }, (_, n) => groupMessage({ messageId: n, text: 'z'.repeat(100_000) }));
  for (const event of events) bot.send(event);
  await expectEvents(fine, events, 'other');
  stuck.resumeReading();
  await expectEvents(stuck, events);
});
