import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startDaemon } from '../support/daemon.ts';
import { groupMessage, tagged } from '../support/events.ts';
import { FakeHttpServer } from '../support/fake-http-server.ts';
import { FakeWebSocketServer } from '../support/fake-web-socket-server.ts';
import { gate } from '../support/gate.ts';
import { failOnLeaks } from '../support/leaks.ts';

failOnLeaks();

test('how HTTP servers are posted to', async (t) => {
  const steady = await FakeWebSocketServer.start(t);
  const [pair, hasty, broken] = await Promise.all([1, 2, 3].map(() => FakeHttpServer.start(t)));
  assert.ok(pair !== undefined && hasty !== undefined && broken !== undefined);
  const http = { protocol: 'http', host: '127.0.0.1' };
  const daemon = await startDaemon(t, {
    config: {
      server_list: {
        steady: { host: '127.0.0.1', port: steady.port },
        pair: { ...http, port: pair.port, concurrency: 2 },
        hasty: { ...http, port: hasty.port, concurrency: 1, timeout: '300ms' },
        broken: { ...http, port: broken.port, concurrency: 1 },
      },
    },
  });
  const bot = await daemon.connectBot(t);
  const link = await steady.nextLink();
  /** Sends an event and waits until it has passed through the bridge. */
  const sendEvent = async (): Promise<string> => {
    const event = groupMessage();
    bot.send(event);
    await link.frames.take((frame) => frame === tagged(event, 'steady'));
    return event;
  };

  await t.test('no more POSTs are under way than concurrency allows', async () => {
    const held = gate();
    let underWay = 0;
    let most = 0;
    pair.reply = async ({ body }) => {
      if (body.includes('"meta_event"')) return { status: 204 };
      most = Math.max(most, ++underWay);
      await held.opened;
      underWay -= 1;
      return { status: 204 };
    };
    const events: string[] = [];
    for (let n = 0; n < 6; n++) events.push(await sendEvent());
    const first = [await pair.nextEvent(), await pair.nextEvent()].map(({ body }) => body);
    events.push(await sendEvent());
    assert.equal(underWay, 2);
    held.open();
    const rest: string[] = [];
    while (rest.length < 5) rest.push((await pair.nextEvent()).body);
    assert.deepEqual(new Set([...first, ...rest]), new Set(events.map((event) => tagged(event, 'pair'))));
    assert.equal(most, 2);
  });

  await t.test('a POST that is not answered in time is given up, not sent again, and the next goes out', async () => {
    const slow = tagged(groupMessage(), 'hasty');
    hasty.reply = ({ body }) => (body === slow ? 'hang' : { status: 204 });
    bot.send(slow.replace(',"server":"hasty"', ''));
    const next = tagged(await sendEvent(), 'hasty');
    await hasty.nextEvent(({ body }) => body === next);
    assert.equal(hasty.posts.all.filter(({ body }) => body === slow).length, 1);
  });

  await t.test('a POST whose connection breaks is sent again, in its turn', async () => {
    let resets = 2;
    const first = groupMessage();
    broken.reply = ({ body }) => (body === tagged(first, 'broken') && resets-- > 0 ? 'reset' : { status: 204 });
    bot.send(first);
    const second = await sendEvent();
    await broken.nextEvent(({ body }) => body === tagged(second, 'broken'), { deadlineMs: 30_000 });
    const bodies = broken.posts.all.map(({ body }) => body);
    assert.equal(bodies.filter((body) => body === tagged(first, 'broken')).length, 3);
    assert.ok(bodies.lastIndexOf(tagged(first, 'broken')) < bodies.indexOf(tagged(second, 'broken')));
  });

  await t.test('nothing is lost where a server closes its connections after each answer', async () => {
    broken.reply = () => ({ status: 204, headers: { Connection: 'close' } });
    for (let n = 0; n < 50; n++) {
      const event = tagged(await sendEvent(), 'broken');
      await broken.nextEvent(({ body }) => body === event);
    }
  });

  await t.test('a status that is no success holds up nobody else', async () => {
    for (const status of [400, 403, 404, 405, 410, 429, 500, 503]) {
      const refused = new Set<string>();
      pair.reply = ({ body }) => {
        if (refused.has(body)) return { status: 204 };
        refused.add(body);
        return { status, body: 'no' };
      };
      const event = tagged(await sendEvent(), 'pair');
      await pair.nextEvent(({ body }) => body === event);
    }
    pair.reply = () => ({ status: 204 });
    await link.call('get_status', {}, '1');
  });
});
