import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { startDaemon } from '../support/daemon.ts';
import { tagged } from '../support/events.ts';
import { eventually } from '../support/eventually.ts';
import { FakeWebSocketServer } from '../support/fake-web-socket-server.ts';
import { failOnLeaks } from '../support/leaks.ts';
import { ADMIN } from '../support/operate.ts';
import { isEvent, reportSafely } from '../support/reports.ts';
import { startHostileBots } from './hostile-bots.ts';
import { startHostileServer } from './hostile-servers.ts';
import { Random } from './random.ts';

failOnLeaks();

test('with a heap of 128 MiB the bridge outlives bad peers on all sides, and a good bot and its server lose nothing', async (t) => {
  const seed = Number(process.env['QQBRIDGE_CHAOS_SEED'] ?? Date.now() % 1_000_000);
  const forMs = Number(process.env['QQBRIDGE_CHAOS_MINUTES'] ?? 0) * 60_000 || 4_000;
  t.diagnostic(`seed ${seed}`);
  const random = new Random(seed);
  const good = await FakeWebSocketServer.start(t);
  const port = await startHostileServer(t, random);
  const bad = { host: '127.0.0.1', port, queue: { max_events: 100 } };
  const daemon = await startDaemon(t, {
    config: {
      admin: ADMIN,
      log: { level: 'warn' },
      bots: {
        forward: { url: `ws://127.0.0.1:${port}/`, self_id: 71 },
        api: { api_url: `http://127.0.0.1:${port}/`, self_id: 72 },
      },
      server_list: {
        good: { host: '127.0.0.1', port: good.port, bots: [10001], queue: { max_age: '1h' } },
        socket: { ...bad, protocol: 'websocket' },
        hook: { ...bad, protocol: 'http', timeout: '1s', concurrency: 4 },
        slow: { ...bad, protocol: 'http', timeout: '500ms', concurrency: 1 },
      },
    },
    env: () => ({ NODE_OPTIONS: '--max-old-space-size=128' }),
  });
  startHostileBots(t, daemon.port, random);
  const sent: string[] = [];
  for (const end = performance.now() + forMs; performance.now() < end; await delay(20)) {
    assert.ok(daemon.isRunning, `seed ${seed}: the bridge has ended`);
    sent.push(...(await reportSafely(daemon, 1)));
  }
  const expected = sent.map((event) => tagged(event, 'good'));
  const got = () => good.links.all.flatMap((link) => link.frames.all.filter(isEvent));
  await eventually(() => new Set(got()).size >= new Set(expected).size, { deadlineMs: 20_000 });
  const firsts = [...new Set(got())].filter((event) => event.includes('"self_id":10001'));
  assert.deepEqual(firsts, expected, `seed ${seed}: complete and in order`);
  const bytes = await daemon.memoryBytes();
  assert.ok(bytes < 500 * 2 ** 20, `seed ${seed}: ${Math.round(bytes / 2 ** 20)} MiB`);
});
