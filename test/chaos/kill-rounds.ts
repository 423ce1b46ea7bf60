import assert from 'node:assert/strict';
import type { Cleanup } from '../support/cleanup.ts';
import { type Daemon, startDaemon } from '../support/daemon.ts';
import { notice } from '../support/events.ts';
import { FakeHttpServer } from '../support/fake-http-server.ts';
import { FakeWebSocketServer } from '../support/fake-web-socket-server.ts';
import { freePort } from '../support/free-port.ts';
import { ADMIN, eventuallyThere, operate, serverState, waitingEvents } from '../support/operate.ts';
import { reportSafely } from '../support/reports.ts';
import {
  absentSocketServer,
  eventsAt,
  eventsOn,
  hookEntry,
  type KillRound,
  killAfter,
  nothingWaits,
  taggedAll,
} from './kill-after.ts';
import { RELOAD_ROUNDS } from './kill-reload-rounds.ts';
import type { Random } from './random.ts';

/** Every change that a daemon acknowledges. */
export const KILL_ROUNDS: readonly KillRound[] = [
  { name: 'a report that was answered 204 is delivered', run: reports },
  { name: 'dead letters that are sent again arrive, and are dead letters no more', run: deadRetry },
  { name: 'dead letters that were thrown away do not come back', run: deadDrop },
  { name: 'a pause does not outlive it, and what was held back is delivered', run: pause },
  { name: 'a bot that was forgotten is not known, and nothing of its events is delivered', run: forget },
  { name: 'a logout of the dashboard lasts', run: logout },
  ...RELOAD_ROUNDS,
  ...(['at_least_once', 'at_most_once'] as const).flatMap((delivery) =>
    (['http', 'websocket'] as const).map((protocol) => ({
      name: `what a server by ${protocol} has taken (${delivery}) does not come again, save the last of it, in order`,
      run: (t: Cleanup, random: Random) => taken(t, random, { protocol, delivery }),
    })),
  ),
];

async function hookStage(t: Cleanup): Promise<{ hook: FakeHttpServer; daemon: Daemon }> {
  const hook = await FakeHttpServer.start(t);
  const daemon = await startDaemon(t, { config: { admin: ADMIN, server_list: { hook: hookEntry(hook) } } });
  return { hook, daemon };
}

async function reports(t: Cleanup, random: Random): Promise<void> {
  const { hook, daemon } = await hookStage(t);
  let reported: readonly string[] = [];
  const next = await killAfter(daemon, random, async () => {
    reported = await reportSafely(daemon, random.between(1, 5), { make: notice });
  });
  await nothingWaits(next);
  assert.deepEqual([...new Set(eventsAt(hook))], taggedAll(reported, 'hook'));
}

async function deadRetry(t: Cleanup, random: Random): Promise<void> {
  const { hook, daemon } = await hookStage(t);
  const reported = await buried(hook, daemon, random.between(1, 5));
  const before = eventsAt(hook).length;
  hook.reply = () => ({ status: 204 });
  const next = await killAfter(daemon, random, () => operate(daemon, 'dead retry hook'));
  await nothingWaits(next);
  assert.deepEqual([...new Set(eventsAt(hook).slice(before))], taggedAll(reported, 'hook'));
  assert.match(await operate(next, 'dead hook'), /no dead letters/);
}

async function deadDrop(t: Cleanup, random: Random): Promise<void> {
  const { hook, daemon } = await hookStage(t);
  await buried(hook, daemon, random.between(1, 5));
  const before = eventsAt(hook).length;
  const next = await killAfter(daemon, random, () => operate(daemon, 'dead drop hook'));
  // This letter comes after all letters that come back.
  const last = await buried(hook, next, 1);
  assert.deepEqual(eventsAt(hook).slice(before), taggedAll(last, 'hook'), 'thrown away, and sent again');
  assert.match(await operate(next, 'dead hook'), /^1 dead letter,/m);
}

async function pause(t: Cleanup, random: Random): Promise<void> {
  const { hook, daemon } = await hookStage(t);
  const reported = [...(await reportSafely(daemon, 1, { make: notice }))];
  await nothingWaits(daemon);
  const next = await killAfter(daemon, random, async () => {
    await operate(daemon, 'pause hook');
    reported.push(...(await reportSafely(daemon, random.between(1, 5), { make: notice })));
    assert.deepEqual(eventsAt(hook), taggedAll(reported.slice(0, 1), 'hook'));
  });
  assert.equal((await serverState(next, 'hook')).paused, false);
  await nothingWaits(next);
  assert.deepEqual([...new Set(eventsAt(hook))], taggedAll(reported, 'hook'));
}

async function forget(t: Cleanup, random: Random): Promise<void> {
  const web = await absentSocketServer(t);
  const port = await freePort();
  const servers = { hook: hookEntry({ port }), web: { host: '127.0.0.1', port: web.port } };
  const daemon = await startDaemon(t, { config: { admin: ADMIN, server_list: servers } });
  const bot = await daemon.connectBot(t);
  const count = random.between(1, 5);
  for (let n = 0; n < count; n += 1) bot.send(notice());
  await eventuallyThere(async () => assert.equal(await waitingEvents(daemon, 'hook'), count));
  const kept = await reportSafely(daemon, 2, { make: notice, selfId: '10002' });
  await bot.close();
  const next = await killAfter(daemon, random, async () => {
    await eventuallyThere(async () => assert.match(await operate(daemon, 'forget 10001'), /is forgotten/));
  });
  assert.doesNotMatch(await operate(next, 'bots'), /10001/);
  const hook = await FakeHttpServer.start(t, port);
  await web.listen();
  for (const name of ['hook', 'web']) await operate(next, `reconnect ${name}`);
  await nothingWaits(next);
  assert.deepEqual(eventsAt(hook), taggedAll(kept, 'hook'));
  assert.deepEqual(eventsOn(web), taggedAll(kept, 'web'));
}

async function logout(t: Cleanup, random: Random): Promise<void> {
  const daemon = await startDaemon(t, { config: { admin: ADMIN } });
  const headers = { 'Content-Type': 'application/json', Connection: 'close' };
  const body = JSON.stringify({ token: ADMIN.token });
  const login = await fetch(`${daemon.adminUrl}/api/login`, { method: 'POST', headers, body });
  const cookie = login.headers.get('set-cookie')?.split(';')[0] ?? '';
  const withCookie = { headers: { Connection: 'close', Cookie: cookie } };
  assert.equal((await fetch(`${daemon.adminUrl}/api/status`, withCookie)).status, 200);
  const next = await killAfter(daemon, random, async () => {
    const asPage = { ...withCookie.headers, 'X-QQBridge-Dashboard': '1' };
    const answer = await fetch(`${daemon.adminUrl}/api/logout`, { method: 'POST', headers: asPage });
    assert.equal(answer.status, 204);
  });
  assert.equal((await fetch(`${next.adminUrl}/api/status`, withCookie)).status, 401);
}

interface TakenOptions {
  readonly protocol: 'http' | 'websocket';
  readonly delivery: 'at_least_once' | 'at_most_once';
}

/** A confirmation is on disk at the latest with the next acknowledged change. Until then it may be missing. */
async function taken(t: Cleanup, random: Random, { protocol, delivery }: TakenOptions): Promise<void> {
  const [hook, web] = [await FakeHttpServer.start(t), await FakeWebSocketServer.start(t)];
  const entry =
    protocol === 'http' ? { ...hookEntry(hook), delivery } : { host: '127.0.0.1', port: web.port, delivery };
  const got = () => (protocol === 'http' ? eventsAt(hook) : eventsOn(web));
  const daemon = await startDaemon(t, { config: { admin: ADMIN, server_list: { s: entry } } });
  const report = async (to: Daemon, count: number) => taggedAll(await reportSafely(to, count, { make: notice }), 's');

  const early = await report(daemon, random.between(1, 5));
  await nothingWaits(daemon);
  await operate(daemon, 'dead drop s'); // Its answer comes when all that was done before is on disk.
  let late: readonly string[] = [];
  const next = await killAfter(daemon, random, async () => {
    late = await report(daemon, random.between(1, 5));
    await nothingWaits(daemon);
  });
  assert.deepEqual(got(), [...early, ...late], 'each once before the kill');
  const last = await report(next, 1);
  await nothingWaits(next);
  const again = got().slice(early.length + late.length);
  assert.deepEqual(again, [...late.slice(late.length - again.length + 1), ...last], 'only the last may come again');
}

/** Reports events that the server refuses, and waits until all are dead letters. */
async function buried(hook: FakeHttpServer, daemon: Daemon, count: number): Promise<readonly string[]> {
  hook.reply = () => ({ status: 403 });
  const reported = await reportSafely(daemon, count, { make: notice });
  await nothingWaits(daemon);
  return reported;
}
