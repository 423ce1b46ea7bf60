import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { type Daemon, startDaemon } from '../support/daemon.ts';
import { groupMessage } from '../support/events.ts';
import { eventually } from '../support/eventually.ts';
import { failOnLeaks } from '../support/leaks.ts';
import { ADMIN, waitingEvents } from '../support/operate.ts';

failOnLeaks();

interface ListedBot {
  readonly selfId: string;
  readonly online: boolean;
  readonly takesCalls: boolean;
  readonly lastSeenAt?: number;
}

async function listedBots(daemon: Daemon): Promise<readonly ListedBot[]> {
  const headers = { Authorization: `Bearer ${ADMIN.token}` };
  const response = await fetch(`${daemon.adminUrl}/api/status`, { headers });
  return ((await response.json()) as { bots: readonly ListedBot[] }).bots;
}

test('after a restart the bots that were there are listed as offline until they are back, in bots, status and metrics', async (t) => {
  const daemon = await startDaemon(t, { config: { admin: ADMIN } });
  await daemon.connectBot(t);
  await daemon.report(groupMessage({ selfId: 10_002 }), { selfId: '10002' });
  await daemon.stop();

  const next = await daemon.startAgain();
  const bots = await listedBots(next);
  assert.deepEqual(
    bots.map(({ selfId, online, takesCalls }) => ({ selfId, online, takesCalls })),
    [
      { selfId: '10001', online: false, takesCalls: true },
      { selfId: '10002', online: false, takesCalls: false },
    ],
  );
  for (const { lastSeenAt } of bots) assert.ok(Math.abs((lastSeenAt ?? 0) - Date.now()) < 600_000);
  const headers = { Authorization: `Bearer ${ADMIN.token}` };
  const metrics = await (await fetch(`${next.adminUrl}/metrics`, { headers })).text();
  assert.match(metrics, /^qqbridge_bot_online\{self_id="10001"\} 0$/m);
  assert.match(metrics, /^qqbridge_bot_online\{self_id="10002"\} 0$/m);

  await next.connectBot(t);
  assert.deepEqual(
    (await listedBots(next)).map(({ online }) => online),
    [true, false],
  );
});

test('a new bot is known even when the bridge is killed', async (t) => {
  const daemon = await startDaemon(t, { config: { admin: ADMIN } });
  await daemon.connectBot(t);
  const file = join(daemon.home.dir, 'data', 'bots.json');
  await eventually(async () => assert.match(await readFile(file, 'utf8'), /"10001","takes_calls":true/));
  await daemon.kill9();
  const next = await daemon.startAgain();
  assert.deepEqual(
    (await listedBots(next)).map(({ selfId }) => selfId),
    ['10001'],
  );
});

test('a damaged file of known bots costs a warning and nothing else', async (t) => {
  const daemon = await startDaemon(t, { config: { admin: ADMIN } });
  await daemon.connectBot(t);
  await daemon.stop();
  await writeFile(join(daemon.home.dir, 'data', 'bots.json'), '{"version":1,"bots":[{"self');
  const next = await daemon.startAgain();
  await next.says(/WARN.*the known bots can not be read/);
  assert.deepEqual(await listedBots(next), []);
  await next.connectBot(t);
  assert.equal((await listedBots(next)).length, 1);
});

test('a bot that the config names is listed before it has ever come', async (t) => {
  const config = { admin: ADMIN, bots: { main: { url: 'ws://127.0.0.1:1/', self_id: 10_001 } } };
  const daemon = await startDaemon(t, { config });
  const [bot, ...others] = await listedBots(daemon);
  assert.deepEqual(
    [bot?.selfId, bot?.online, bot?.takesCalls, bot?.lastSeenAt, others.length],
    ['10001', false, true, undefined, 0],
  );
});

test('forget: a bot that is gone goes out of every list, with what waits of its events; one that is there stays', async (t) => {
  const servers = { away: { port: 1 }, hook: { protocol: 'http', port: 1 } };
  const daemon = await startDaemon(t, { config: { admin: ADMIN, server_list: servers } });
  const bot = await daemon.connectBot(t);
  bot.send(groupMessage());
  await daemon.report(groupMessage({ selfId: 10_002 }), { selfId: '10002' });
  await daemon.command('forget 10001', /Bot 10001 is there/);
  await daemon.command('forget 99', /no bot "99"/);
  await bot.close();
  await eventually(async () => assert.equal((await listedBots(daemon))[0]?.online, false));
  await daemon.command('forget 10001', /Bot 10001 is forgotten, and with it what waited of its events: 2/);
  assert.deepEqual(
    (await listedBots(daemon)).map(({ selfId }) => selfId),
    ['10002'],
  );
  assert.deepEqual([await waitingEvents(daemon, 'away'), await waitingEvents(daemon, 'hook')], [1, 1]);
  const answer = await fetch(`${daemon.httpUrl}/get_status?self_id=10001`);
  assert.equal(answer.status, 404);
  await daemon.stop();
  const next = await daemon.startAgain();
  assert.deepEqual(
    (await listedBots(next)).map(({ selfId }) => selfId),
    ['10002'],
  );
});
