import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Daemon, startDaemon } from '../support/daemon.ts';
import { dialIn } from '../support/dial-in.ts';
import { groupMessage, tagged } from '../support/events.ts';
import { eventually } from '../support/eventually.ts';
import { FakeHttpServer } from '../support/fake-http-server.ts';
import type { FakeServerLink } from '../support/fake-server-link.ts';
import { FakeWebSocketServer } from '../support/fake-web-socket-server.ts';
import { failOnLeaks } from '../support/leaks.ts';
import { ADMIN, eventuallyThere, operate, serverState, waitingEvents } from '../support/operate.ts';

failOnLeaks();

const MIB = 2 ** 20;
const large = (bytes: number): string => groupMessage({ extra: `"pad":"${'x'.repeat(bytes)}"` });
const POISON = 'poison';
const poison = (): string => groupMessage({ text: POISON });

async function deadLetters(daemon: Daemon, name: string): Promise<number> {
  return (await serverState(daemon, name)).counts.dropped.dead;
}

/** The next connection of an application that dials again when the last one is gone. */
type NextLink = () => Promise<FakeServerLink>;

const kinds = ['websocket', 'listen'] as const;

/** A bridge with one server `s` of this protocol that takes frames of 1 MiB. */
async function setUp(t: Parameters<typeof startDaemon>[0], kind: (typeof kinds)[number], delivery = 'at_least_once') {
  const server = await FakeWebSocketServer.start(t, MIB);
  const entry = kind === 'websocket' ? { port: server.port } : { protocol: 'listen', access_token: 'of-s' };
  const daemon = await startDaemon(t, { config: { admin: ADMIN, server_list: { s: { ...entry, delivery } } } });
  const bot = await daemon.connectBot(t);
  const nextLink: NextLink = async () => {
    if (kind === 'listen') return await dialIn(t, { url: `${daemon.wsUrl}/`, token: 'of-s', maxPayload: MIB });
    // The bridge may be waiting for its next try, or dialling already.
    await operate(daemon, 'reconnect s');
    for (;;) {
      const link = await server.nextLink();
      if (link.isOpen) return link;
    }
  };
  const first = kind === 'listen' ? await nextLink() : await server.nextLink();
  return { daemon, bot, server, first, nextLink };
}

for (const kind of kinds) {
  describe(`no event holds up what follows it: ${kind}`, { concurrency: 3 }, () => {
    test('one larger than the application takes is a dead letter, and larger ones go without a try', async (t) => {
      const { daemon, bot, server, first } = await setUp(t, kind);
      const small = [groupMessage(), groupMessage()];
      bot.send(large(1.2 * MIB));
      bot.send(small[0] ?? '');
      await first.closed();
      await daemon.says(/an event is a dead letter.*sequence=\d+.*event=message\/group.*bytes=\d+.*1009/);
      await daemon.says(/takes no frames that large/);
      const second = kind === 'listen' ? await dialAgain(t, daemon) : await server.nextLink();
      assert.equal(await second.nextEvent(), tagged(small[0] ?? '', 's'));
      assert.equal(await deadLetters(daemon, 's'), 1);
      assert.match(await operate(daemon, 'servers'), /takes no event of 1\.2 MiB or more/);
      assert.match(await operate(daemon, 'debug thread'), /takes no event of 1\.2 MiB or more/);

      bot.send(large(1.3 * MIB));
      bot.send(large(0.9 * MIB));
      bot.send(small[1] ?? '');
      assert.equal((await second.nextEvent()).length > 0.9 * MIB, true);
      assert.equal(await second.nextEvent(), tagged(small[1] ?? '', 's'));
      assert.equal(await deadLetters(daemon, 's'), 2);
      assert.equal(second.isOpen, true);
      assert.match(await operate(daemon, 'dead s'), /are more than the server takes/);
      // The operator retries the dead letters, so the bridge sends them once more.
      await operate(daemon, 'dead retry s');
      await second.closed();
      if (kind === 'listen') await dialAgain(t, daemon);
      await eventuallyThere(async () => assert.equal(await deadLetters(daemon, 's'), 4));
      assert.equal(await waitingEvents(daemon, 's'), 0);
      assert.equal(await operate(daemon, 'dead drop s'), '2 dead letters of s thrown away.');
    });

    test('one that kills the application is a dead letter, those around it are not', async (t) => {
      const { daemon, bot, server, first, nextLink } = await setUp(t, kind);
      const dies = (link: FakeServerLink): void => {
        link.diesOf = Buffer.from(POISON);
      };
      server.prepare = dies;
      const before = [groupMessage(), groupMessage()];
      const after = [groupMessage(), groupMessage()].map((event) => ({ event, sent: tagged(event, 's') }));
      const last = after.at(-1)?.sent ?? '';
      let link = first;
      dies(link);
      for (const event of [...before, poison(), ...after.map(({ event }) => event)]) bot.send(event);
      for (;;) {
        await eventually(() => !link.isOpen || link.frames.all.includes(last), { deadlineMs: 20_000 });
        if (link.isOpen) break;
        link = await nextLink();
        dies(link);
      }
      await daemon.says(/an event is a dead letter.*the link breaks with it \(1006\)/);
      assert.deepEqual(
        link.frames.all.filter((frame) => after.some(({ sent }) => sent === frame)),
        after.map(({ sent }) => sent),
      );
      await eventuallyThere(async () => assert.equal(await waitingEvents(daemon, 's'), 0));
      assert.equal(await deadLetters(daemon, 's'), 1);
    });

    test('an application that is restarted again and again loses no event', async (t) => {
      const { daemon, bot, server, first, nextLink } = await setUp(t, kind);
      let link = first;
      const event = groupMessage();
      const isDeaf = (one: FakeServerLink): void => one.ignorePings();
      server.prepare = isDeaf;
      isDeaf(link);
      bot.send(event);
      for (let n = 0; n < 4; n += 1) {
        await link.frames.take();
        if (n === 3) server.prepare = () => {};
        link.drop();
        await link.closed();
        link = await nextLink();
        if (n < 3) isDeaf(link);
      }
      assert.equal(await link.nextEvent({ deadlineMs: 20_000 }), tagged(event, 's'));
      await eventuallyThere(async () => assert.equal(await waitingEvents(daemon, 's'), 0));
      assert.equal(await deadLetters(daemon, 's'), 0);
    });

    test('an answer larger than the application takes costs no event', async (t) => {
      const { daemon, bot, first, nextLink } = await setUp(t, kind);
      const event = groupMessage();
      await first.frames.take();
      bot.handler = () => undefined;
      first.send('{"action":"get_forward_msg","params":{},"echo":1}');
      const call = await bot.calls.take();
      first.ignorePings();
      bot.send(event);
      await first.nextEvent();
      bot.send(JSON.stringify({ status: 'ok', retcode: 0, data: 'x'.repeat(1.2 * MIB), echo: call.echo }));
      await first.closed();
      await daemon.says(/an answer is lost: it is larger than the server takes.*action=get_forward_msg bytes=\d+/);
      assert.equal(await (await nextLink()).nextEvent(), tagged(event, 's'));
      assert.equal(await deadLetters(daemon, 's'), 0);
    });

    test('at_most_once: one that was too large is named and kept', async (t) => {
      const { daemon, bot, first } = await setUp(t, kind, 'at_most_once');
      bot.send(large(1.2 * MIB));
      await first.closed();
      await daemon.says(/an event is a dead letter.*1009/);
      assert.equal(await deadLetters(daemon, 's'), 1);
    });
  });
}

async function dialAgain(t: Parameters<typeof startDaemon>[0], daemon: Daemon): Promise<FakeServerLink> {
  return await dialIn(t, { url: `${daemon.wsUrl}/`, token: 'of-s', maxPayload: MIB });
}

test('an event that kills an HTTP server is a dead letter, those around it are not', async (t) => {
  const hook = await FakeHttpServer.start(t);
  const daemon = await startDaemon(t, {
    config: { admin: ADMIN, server_list: { s: { protocol: 'http', port: hook.port } } },
  });
  const bot = await daemon.connectBot(t);
  hook.reply = ({ body }) => (body.includes(POISON) ? 'reset' : { status: 204 });
  const around = [groupMessage(), groupMessage()];
  bot.send(around[0] ?? '');
  bot.send(poison());
  bot.send(around[1] ?? '');
  await eventuallyThere(async () => {
    // `reconnect` spares the wait for the next try.
    await operate(daemon, 'reconnect s');
    assert.equal(await deadLetters(daemon, 's'), 1);
  });
  await daemon.says(/an event is a dead letter.*the connection breaks with it/);
  await operate(daemon, 'reconnect s');
  await eventuallyThere(async () => assert.equal(await waitingEvents(daemon, 's'), 0));
  const posts = hook.posts.all.filter(({ body }) => body.includes(POISON));
  assert.equal(posts.length, 4);
  for (const event of around) assert.ok(hook.posts.all.some(({ body }) => body === tagged(event, 's')));
  assert.equal(await deadLetters(daemon, 's'), 1);
});

test('an application that only tries the connection takes no event with it', async (t) => {
  const daemon = await startDaemon(t, {
    config: { admin: ADMIN, server_list: { s: { protocol: 'listen', access_token: 'of-s' } } },
  });
  const bot = await daemon.connectBot(t);
  const events = [groupMessage(), groupMessage()];
  // The first event waits when the application dials in, the second one comes while it is connected.
  bot.send(events[0] ?? '');
  await eventuallyThere(async () => assert.equal(await waitingEvents(daemon, 's'), 1));
  const tried = await dialAgain(t, daemon);
  assert.match(await tried.frames.take(), /"lifecycle"/);
  bot.send(events[1] ?? '');
  await eventuallyThere(async () => assert.equal(await waitingEvents(daemon, 's'), 2));
  tried.close();
  await tried.closed();
  const used = await dialAgain(t, daemon);
  for (const event of events) assert.equal(await used.nextEvent(), tagged(event, 's'));
  assert.deepEqual(tried.frames.all.length, 1);
});

test('an HTTP server that is restarted again and again while it has an event loses none', async (t) => {
  const hook = await FakeHttpServer.start(t);
  const daemon = await startDaemon(t, {
    config: { admin: ADMIN, server_list: { s: { protocol: 'http', port: hook.port } } },
  });
  const bot = await daemon.connectBot(t);
  let resets = 0;
  hook.reply = ({ body }) => (body.includes('"meta_event"') || ++resets > 3 ? { status: 204 } : 'reset');
  const event = groupMessage();
  bot.send(event);
  await eventuallyThere(async () => {
    await operate(daemon, 'reconnect s');
    assert.equal((await serverState(daemon, 's')).counts.delivered, 1);
  });
  assert.equal(await deadLetters(daemon, 's'), 0);
  assert.equal(await waitingEvents(daemon, 's'), 0);
});

test('an event that one connection of a server is too small for is delivered by the other', async (t) => {
  const daemon = await startDaemon(t, {
    config: { admin: ADMIN, server_list: { s: { protocol: 'listen', access_token: 'of-s' } } },
  });
  const bot = await daemon.connectBot(t);
  const url = `${daemon.wsUrl}/`;
  const small = await dialAgain(t, daemon);
  const wide = await dialIn(t, { url, token: 'of-s' });
  const events = [large(1.2 * MIB), groupMessage()];
  bot.send(events[0] ?? '');
  await small.closed();
  assert.ok((await wide.nextEvent()) === tagged(events[0] ?? '', 's'));
  bot.send(events[1] ?? '');
  assert.equal(await wide.nextEvent(), tagged(events[1] ?? '', 's'));
  await eventuallyThere(async () => assert.equal((await serverState(daemon, 's')).counts.delivered, 2));
  assert.equal(await deadLetters(daemon, 's'), 0);
  assert.ok(!(await operate(daemon, 'servers')).includes('takes no event'));
});
