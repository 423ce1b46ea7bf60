import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { type Daemon, startDaemon } from '../support/daemon.ts';
import { groupMessage, tagged } from '../support/events.ts';
import { eventually } from '../support/eventually.ts';
import { FakeWebSocketServer } from '../support/fake-web-socket-server.ts';
import { CAN_LIMIT_FILES, limitFileSize } from '../support/file-size-limit.ts';
import { freePort } from '../support/free-port.ts';
import { failOnLeaks } from '../support/leaks.ts';
import { ADMIN, eventuallyThere, operate, waitingEvents } from '../support/operate.ts';
import { isEvent, reportSafely } from '../support/reports.ts';

failOnLeaks();

async function readiness(daemon: Daemon): Promise<{ status: number; body: string }> {
  const response = await fetch(`${daemon.adminUrl}/readyz`, { headers: { Connection: 'close' } });
  return { status: response.status, body: await response.text() };
}

const storeFile = (daemon: Daemon) => join(daemon.home.dir, 'data', 'events', 'data.mdb');

describe('delivery with a full disk', { concurrency: 3 }, () => {
  test('a full disk: reporters are told, the rest goes on, and so does all once there is space again', {
    skip: CAN_LIMIT_FILES ? false : 'needs prlimit',
  }, async (t) => {
    const web = await FakeWebSocketServer.start(t);
    const config = {
      admin: ADMIN,
      server_list: {
        up: { host: '127.0.0.1', port: web.port },
        absent: { host: '127.0.0.1', port: await freePort() },
      },
    };
    const daemon = await startDaemon(t, { config });
    const bot = await daemon.connectBot(t);
    const link = await web.nextLink();
    const kept: string[] = [...(await reportSafely(daemon, 3))];
    for (const event of kept) assert.equal(await link.nextEvent(), tagged(event, 'up'));

    await limitFileSize(daemon.pid, statSync(storeFile(daemon)).size);
    // Large enough to need new pages of the file.
    const large = () => groupMessage({ text: 'x'.repeat(100_000) });
    await eventually(async () => {
      const event = large();
      const { status } = await daemon.report(event);
      if (status === 204) kept.push(event);
      return status === 503;
    });
    const refused = large();
    const answer = await daemon.report(refused);
    assert.equal(answer.status, 503);
    assert.ok(answer.headers['retry-after']);
    const { status, body } = await readiness(daemon);
    assert.equal(status, 503);
    assert.match(body, /event log/);
    assert.match(await operate(daemon, 'status'), /log +failing/);
    assert.equal(daemon.output.all.filter((line) => /can not be written/.test(line)).length, 1);
    assert.ok(!link.frames.all.includes(tagged(refused, 'up')), 'the reporter keeps it');

    const live = Array.from({ length: 20 }, large);
    for (const event of live) bot.send(event);
    for (const event of live) await link.frames.take((frame) => frame === tagged(event, 'up'));
    kept.push(...live);

    await limitFileSize(daemon.pid, 'unlimited');
    await eventuallyThere(async () => assert.equal((await readiness(daemon)).status, 200));
    await daemon.says(/written again/);
    kept.push(...(await reportSafely(daemon, 2)));

    // All of it is on disk now, also what came while it was full.
    await daemon.kill9();
    const late = await FakeWebSocketServer.start(t);
    await daemon.writeConfig({
      ...config,
      server_list: { ...config.server_list, absent: { host: '127.0.0.1', port: late.port } },
    });
    const again = await daemon.startAgain();
    await again.connectBot(t);
    const back = await late.nextLink();
    await eventuallyThere(async () => assert.equal(await waitingEvents(again, 'absent'), 0));
    const got = back.frames.all.filter(isEvent);
    const expected = new Set(kept.map((event) => tagged(event, 'absent')));
    assert.deepEqual(
      got.filter((event) => expected.has(event)),
      [...expected],
      'in order and complete',
    );
  });

  test('a disk that is full at a stop and after it: what was safe stays safe', {
    skip: CAN_LIMIT_FILES ? false : 'needs prlimit',
  }, async (t) => {
    const web = await FakeWebSocketServer.start(t);
    await web.stop();
    const daemon = await startDaemon(t, {
      config: { admin: ADMIN, server_list: { s: { host: '127.0.0.1', port: web.port } } },
    });
    const kept = [...(await reportSafely(daemon, 5))];
    await limitFileSize(daemon.pid, statSync(storeFile(daemon)).size);
    await eventually(async () => {
      const event = groupMessage({ text: 'x'.repeat(100_000) });
      const { status } = await daemon.report(event);
      if (status === 204) kept.push(event);
      return status === 503;
    });
    assert.deepEqual(await daemon.stop(), { status: 0, signal: null });
    await web.listen();
    const again = await daemon.startAgain();
    const link = await web.nextLink();
    await eventuallyThere(async () => assert.equal(await waitingEvents(again, 's'), 0));
    assert.deepEqual(
      link.frames.all.filter(isEvent).slice(0, kept.length),
      kept.map((event) => tagged(event, 's')),
    );
  });
});
