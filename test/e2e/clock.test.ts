import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, type TestContext, test } from 'node:test';
import { type ConfigFile, type Daemon, startDaemon } from '../support/daemon.ts';
import { groupMessage, tagged } from '../support/events.ts';
import { eventually } from '../support/eventually.ts';
import { FakeHttpServer } from '../support/fake-http-server.ts';
import { FakeWebSocketServer } from '../support/fake-web-socket-server.ts';
import { failOnLeaks } from '../support/leaks.ts';
import { ADMIN, eventuallyThere, operate, serverState, waitingEvents } from '../support/operate.ts';
import { isEvent, reportSafely } from '../support/reports.ts';

failOnLeaks();

const HOUR = 3_600_000;
/** Milliseconds from now to the middle of the year. */
const to = (year: number) => Date.UTC(year, 5, 1) - Date.now();
const skip = process.platform === 'win32' ? 'no SIGUSR2' : false;

/** A daemon whose clock can be set. */
class ClockedDaemon {
  daemon: Daemon;

  constructor(daemon: Daemon) {
    this.daemon = daemon;
  }

  static async start(t: TestContext, config: ConfigFile, aheadMs: number): Promise<ClockedDaemon> {
    let file = '';
    const daemon = await startDaemon(t, {
      config: { admin: ADMIN, ...config },
      prepare: async (home) => {
        file = join(home.dir, 'clock');
        await writeFile(file, String(aheadMs));
      },
      env: () => ({
        NODE_OPTIONS: `--import=${new URL('../support/set-clock.js', import.meta.url).href}`,
        TEST_CLOCK_FILE: file,
      }),
    });
    return new ClockedDaemon(daemon);
  }

  /** Sets the clock of the running daemon, or of the next run. */
  async set(aheadMs: number): Promise<void> {
    await writeFile(join(this.daemon.home.dir, 'clock'), String(aheadMs));
    if (!this.daemon.isRunning) return;
    this.daemon.output.drain();
    this.daemon.signal('SIGUSR2');
    await this.daemon.says(/^the clock is set/);
  }

  async killAndStart(): Promise<void> {
    await this.daemon.kill9();
    this.daemon = await this.daemon.startAgain();
  }
}

describe('a clock that is set', { concurrency: 3, skip }, () => {
  for (const [name, before, after] of [
    ['from 1972 to now', to(1972), 0],
    ['from 2099 to now', to(2099), 0],
    ['from now to 1972', 0, to(1972)],
    ['from now to 2099', 0, to(2099)],
  ] as const) {
    test(`${name}, during a run and over kills: what waits is neither dropped nor kept for ever`, async (t) => {
      const web = await FakeWebSocketServer.start(t);
      await web.stop();
      const config = {
        server_list: {
          away: { host: '127.0.0.1', port: web.port },
          hasty: { protocol: 'http', host: '127.0.0.1', port: 9, queue: { max_age: '3s' } },
        },
      };
      const clocked = await ClockedDaemon.start(t, config, before);
      const events = [...(await reportSafely(clocked.daemon, 2))];
      await clocked.killAndStart();
      events.push(...(await reportSafely(clocked.daemon, 1)));
      await clocked.set(after);
      events.push(...(await reportSafely(clocked.daemon, 1)));
      await clocked.killAndStart();
      events.push(...(await reportSafely(clocked.daemon, 1)));
      await clocked.daemon.kill9();
      await clocked.set(before);
      await clocked.killAndStart();

      await eventuallyThere(async () =>
        assert.equal((await serverState(clocked.daemon, 'hasty')).links[0]?.queuedEvents, 0),
      );
      assert.equal(await waitingEvents(clocked.daemon, 'away'), events.length);
      await web.listen();
      const link = await web.nextLink();
      await eventually(() => link.frames.all.filter(isEvent).length === events.length);
      assert.deepEqual(
        link.frames.all.filter(isEvent),
        events.map((event) => tagged(event, 'away')),
      );
    });
  }

  test('forward and back an hour while it runs: nothing is dropped, links stay, what is told is right', async (t) => {
    const web = await FakeWebSocketServer.start(t);
    const hook = await FakeHttpServer.start(t);
    const clocked = await ClockedDaemon.start(
      t,
      {
        server_list: {
          up: { host: '127.0.0.1', port: web.port },
          hook: { protocol: 'http', host: '127.0.0.1', port: hook.port },
          away: { host: '127.0.0.1', port: 9 },
        },
      },
      0,
    );
    const { daemon } = clocked;
    const bot = await daemon.connectBot(t);
    const link = await web.nextLink();
    const sent: string[] = [];
    for (const aheadMs of [HOUR, 0, -HOUR, HOUR]) {
      await clocked.set(aheadMs);
      const events = await reportSafely(daemon, 2);
      sent.push(...events);
      for (const event of events) assert.equal(await link.nextEvent(), tagged(event, 'up'));
      for (const event of events) assert.equal((await hook.nextEvent()).body, tagged(event, 'hook'));
      // Ages are lengths of time, so setting the clock does not change them.
      assert.match(await operate(daemon, 'queue'), /away .*\b\d+ s\b/);
      assert.doesNotMatch(await operate(daemon, 'servers'), /\d (h|d|min)\b/);
      assert.doesNotMatch(await operate(daemon, 'bots'), /\d (h|d|min)\b/);
    }
    assert.ok(link.isOpen, 'the link to the server');
    const last = groupMessage();
    bot.send(last);
    assert.equal(await link.nextEvent(), tagged(last, 'up'), "the bot's link is the same");
    assert.equal(web.links.all.length, 1);
    assert.equal(await waitingEvents(daemon, 'away'), sent.length + 1);
    const ids = hook.posts.all.map(({ headers }) => headers['x-qqbridge-delivery']).filter((id) => id !== undefined);
    assert.equal(new Set(ids).size, ids.length);

    // OneBot's `time` is the wall clock in seconds.
    await operate(daemon, 'reconnect up');
    const next = await web.nextLink();
    const greeting = JSON.parse(await next.frames.take(() => true)) as { time: number };
    assert.ok(Math.abs(greeting.time * 1_000 - Date.now() - HOUR) < 60_000);
  });
});
