import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startDaemon } from '../support/daemon.ts';
import { tagged } from '../support/events.ts';
import { FakeHttpServer } from '../support/fake-http-server.ts';
import { failOnLeaks } from '../support/leaks.ts';
import { ADMIN, eventuallyThere, operate, waitingEvents } from '../support/operate.ts';
import { isEvent, reportSafely } from '../support/reports.ts';
import { killAfter } from './kill-after.ts';
import { Random } from './random.ts';

failOnLeaks();

test('what was acknowledged holds when the bridge is killed within 100 ms: reports, dead letters tried again or dropped', async (t) => {
  const seed = Number(process.env['QQBRIDGE_CHAOS_SEED'] ?? Date.now() % 1_000_000);
  const rounds = Number(process.env['QQBRIDGE_CHAOS_ROUNDS'] ?? 1);
  t.diagnostic(`seed ${seed}`);
  const random = new Random(seed);
  const hook = await FakeHttpServer.start(t);
  hook.reply = () => ({ status: 403 });
  let daemon = await startDaemon(t, {
    config: {
      admin: ADMIN,
      server_list: { hook: { protocol: 'http', host: '127.0.0.1', port: hook.port, concurrency: 1 } },
    },
  });
  for (let round = 0; round < rounds; round += 1) {
    hook.reply = () => ({ status: 403 });
    let reported: readonly string[] = [];
    daemon = await killAfter(daemon, random, async () => {
      reported = await reportSafely(daemon, random.between(1, 5));
    });
    await eventuallyThere(async () => assert.equal(await waitingEvents(daemon, 'hook'), 0));
    const dead = await operate(daemon, 'dead hook');
    assert.ok(dead.includes('403'), dead);

    hook.reply = () => ({ status: 204 });
    hook.posts.drain();
    daemon = await killAfter(daemon, random, () => operate(daemon, 'dead retry hook'));
    await eventuallyThere(async () => assert.equal(await waitingEvents(daemon, 'hook'), 0));
    const got = new Set(hook.posts.all.map(({ body }) => body).filter(isEvent));
    for (const event of reported) assert.ok(got.has(tagged(event, 'hook')), `seed ${seed}: ${event} is lost`);
    assert.doesNotMatch(await operate(daemon, 'dead hook'), /403/, `seed ${seed}: tried again, and there again`);

    hook.reply = () => ({ status: 403 });
    await reportSafely(daemon, 2);
    await eventuallyThere(async () => assert.match(await operate(daemon, 'dead hook'), /403/));
    daemon = await killAfter(daemon, random, async () => {
      await eventuallyThere(async () => assert.equal(await waitingEvents(daemon, 'hook'), 0));
      await operate(daemon, 'dead drop hook');
    });
    await eventuallyThere(async () => assert.equal(await waitingEvents(daemon, 'hook'), 0));
    // An answer of the server that was not on disk yet may come again, the letter that was dropped may not.
    assert.ok((await operate(daemon, 'dead hook')).split('\n').length <= 3);
  }
});
