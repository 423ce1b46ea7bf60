import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { BotRegistry } from '../../src/bots/bot-registry.ts';
import { type KnownBot, KnownBotsFile, MAX_BOTS } from '../../src/bots/known-bots-file.ts';
import type { BotsConfig, DialledBotConfig } from '../../src/config/types.ts';
import { silentLogger } from '../../src/support/logger.ts';

const DAY_MS = 24 * 60 * 60_000;

function configOf(...entries: readonly DialledBotConfig[]): BotsConfig {
  return { dedupe: true, maxPayloadBytes: 1024, dialled: new Map(entries.map((entry) => [entry.name, entry])) };
}

/** A registry whose file lists these bots. */
async function registryWith(t: TestContext, known: readonly KnownBot[], config = configOf()): Promise<BotRegistry> {
  const dir = mkdtempSync(join(tmpdir(), 'qqbridge-bots-'));
  const file = new KnownBotsFile(dir, silentLogger);
  file.changed(() => known, true);
  await file.flush();
  const registry = new BotRegistry({ file: new KnownBotsFile(dir, silentLogger), config, account: noAccount });
  t.after(async () => {
    await registry.close();
    rmSync(dir, { recursive: true });
  });
  return registry;
}

const noAccount = () => ({ isOffline: false, saidOnline: () => {}, saidOffline: () => {} });

test('a bot of an earlier run is known, offline, and as it was', async (t) => {
  const lastSeenAt = Date.now() - 60_000;
  const registry = await registryWith(t, [{ selfId: '10001', takesCalls: true, lastSeenAt }]);
  assert.deepEqual(
    registry.all().map((bot) => bot.status()),
    [{ selfId: '10001', online: false, takesCalls: true, sessions: [], events: 0, eventsByType: {}, lastSeenAt }],
  );
});

test('a bot that the config names is known before it has ever come, and takes calls where its address does', async (t) => {
  const registry = await registryWith(
    t,
    [],
    configOf(
      { name: 'a', selfId: '10001', url: 'ws://127.0.0.1:3001/' },
      { name: 'b', selfId: '10002', url: 'ws://127.0.0.1:3001/event' },
      { name: 'c', selfId: '10003', url: 'ws://127.0.0.1:3001/event', apiUrl: 'http://127.0.0.1:3000/' },
      { name: 'd', url: 'ws://127.0.0.1:3001/' },
    ),
  );
  assert.deepEqual(
    registry.all().map(({ selfId, takesCalls, lastSeenAt }) => ({ selfId, takesCalls, lastSeenAt })),
    [
      { selfId: '10001', takesCalls: true, lastSeenAt: undefined },
      { selfId: '10002', takesCalls: false, lastSeenAt: undefined },
      { selfId: '10003', takesCalls: true, lastSeenAt: undefined },
    ],
  );
  assert.deepEqual(registry.refusalToForget('10001'), { kind: 'configured', name: 'a' });
});

test('a bot that nobody has seen for 30 days is forgotten, unless the config names it', async (t) => {
  const old = Date.now() - 31 * DAY_MS;
  const known = [
    { selfId: '10001', takesCalls: true, lastSeenAt: old },
    { selfId: '10002', takesCalls: true, lastSeenAt: Date.now() - 29 * DAY_MS },
    { selfId: '10003', takesCalls: true, lastSeenAt: old },
  ];
  const registry = await registryWith(t, known, configOf({ name: 'c', selfId: '10003', url: 'ws://127.0.0.1:1/' }));
  assert.deepEqual(
    registry.all().map(({ selfId }) => selfId),
    ['10002', '10003'],
  );
});

test('where too many bots are known, the one that was not seen for longest makes room', async (t) => {
  const now = Date.now();
  const known = Array.from({ length: MAX_BOTS }, (_, index) => ({
    selfId: String(index + 1),
    takesCalls: false,
    lastSeenAt: now - (index === 77 ? DAY_MS : index),
  }));
  const registry = await registryWith(t, known);
  assert.ok(registry.obtain('new'));
  assert.equal(registry.all().length, MAX_BOTS);
  assert.equal(registry.get('78'), undefined);
});

test('what nobody knows, and who is there, is not forgotten', async (t) => {
  const registry = await registryWith(t, [{ selfId: '10001', takesCalls: false, lastSeenAt: Date.now() }]);
  assert.deepEqual(registry.refusalToForget('10002'), { kind: 'unknown' });
  registry.get('10001')?.reportedFrom({ remote: '127.0.0.1:1' });
  assert.deepEqual(registry.refusalToForget('10001'), { kind: 'online' });
});

test('a bot that was last seen while the clock stood in 1972 or 2099 is not forgotten for that', async (t) => {
  const known = [1972, 2099].map((year) => ({
    selfId: String(year),
    takesCalls: true,
    lastSeenAt: Date.UTC(year, 0, 1),
  }));
  const registry = await registryWith(t, known);
  assert.deepEqual(
    registry.all().map(({ selfId }) => selfId),
    ['1972', '2099'],
  );
});
