import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Daemon, startDaemon } from '../support/daemon.ts';
import { groupMessage, tagged } from '../support/events.ts';
import type { FakeBot } from '../support/fake-bot.ts';
import { FakeHttpServer } from '../support/fake-http-server.ts';
import type { FakeServerLink } from '../support/fake-server-link.ts';
import { FakeWebSocketServer } from '../support/fake-web-socket-server.ts';
import { JUNK_TEXTS, WRONG_VALUES } from '../support/junk.ts';
import { failOnLeaks } from '../support/leaks.ts';

failOnLeaks();

const MAX_PAYLOAD = 2 ** 20;

test('bad input from bots', async (t) => {
  const server = await FakeWebSocketServer.start(t);
  const hook = await FakeHttpServer.start(t);
  const daemon = await startDaemon(t, {
    config: {
      max_payload: '1MiB',
      server_list: {
        s: { host: '127.0.0.1', port: server.port, call_timeout: '1s' },
        h: { protocol: 'http', host: '127.0.0.1', port: hook.port },
      },
    },
  });
  let bot = await daemon.connectBot(t);
  const link = await server.nextLink();
  await link.frames.take();

  await t.test('junk frames close nothing and reach nobody', async () => {
    for (const junk of JUNK_TEXTS) bot.send(junk);
    await assertSound(bot, link);
    assert.ok(link.frames.all.every((frame) => frame.startsWith('{"')));
  });

  await t.test('binary frames and text that is not UTF-8 close nothing', async () => {
    for (const bytes of [Buffer.alloc(0), Buffer.from([0, 255, 254, 1]), Buffer.from('[1]'), Buffer.alloc(65_536, 7)]) {
      bot.sendBinary(bytes);
    }
    bot.send(Buffer.from([0x7b, 0xff, 0xfe, 0x7d])); // Text that is not UTF-8.
    await assertSound(bot, link);
  });

  await t.test('a truncated event reaches nobody, a whole one after it does', async () => {
    const event = groupMessage();
    for (let cut = 1; cut < event.length; cut += 7) bot.send(event.slice(0, cut));
    await assertSound(bot, link);
  });

  await t.test('wrong types in every known field of an event', async () => {
    for (const field of EVENT_FIELDS) {
      for (const value of WRONG_VALUES) bot.send(eventWith(field, value));
    }
    for (const type of ['"meta_event"', '"notice"', '"request"', '"message_sent"', '"unheard_of"', '""', '[]']) {
      for (const value of WRONG_VALUES) {
        bot.send(`{"time":1,"self_id":10001,"post_type":${type},"meta_event_type":"heartbeat","interval":${value}}`);
        bot.send(`{"time":1,"self_id":10001,"post_type":${type},"meta_event_type":${value},"status":${value}}`);
      }
    }
    await assertSound(bot, link);
  });

  await t.test('wrong types in every known field of an answer', async () => {
    bot.calls.drain();
    bot.handler = () => [];
    for (const field of ['status', 'retcode', 'data', 'message', 'wording', 'msg', 'stream', 'echo']) {
      for (const value of WRONG_VALUES) {
        // No get_ action: a later one would share the answer of one that is under way.
        link.send('{"action":"send_like","params":{},"echo":"wrong"}');
        const { echo } = await bot.calls.take();
        const members = new Map([
          ['status', '"ok"'],
          ['retcode', '0'],
          ['data', 'null'],
          ['echo', JSON.stringify(echo)],
        ]).set(field, value);
        bot.send(`{${[...members].map(([name, text]) => `"${name}":${text}`).join(',')}}`);
        // An answer with another echo answers nothing: the call times out instead.
        if (field !== 'echo') await link.frames.take((frame) => frame.includes('"wrong"'));
      }
    }
    for (const _ of WRONG_VALUES) await link.frames.take((frame) => frame.includes('1504'));
    await assertSound(bot, link);
  });

  await t.test(
    'an answer beyond the limit ends the session; its caller is told, and the next session works',
    async () => {
      bot.handler = ({ echo }) => [`{"status":"ok","retcode":0,"data":"${'x'.repeat(MAX_PAYLOAD)}","echo":"${echo}"}`];
      link.send('{"action":"get_image","params":{},"echo":"big"}');
      const answer = await link.nextAnswer((text) => text.includes('"big"'));
      assert.match(answer, /"retcode":\s*1503/);
      assert.equal((await bot.closed()).code, 1009);
      bot = await daemon.connectBot(t);
      await assertSound(bot, link);
    },
  );

  await t.test('frames that break the WebSocket protocol end only their own session', async () => {
    for (const frame of [
      Buffer.from([0xff, 0xff, 0xff, 0xff]),
      Buffer.from([0x81, 0x02, 0x41, 0x41]), // Not masked.
      Buffer.from([0x81, 0xff, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0]), // A length of 2^63 - 1.
      Buffer.from([0xc1, 0x80, 0, 0, 0, 0]), // Compressed, which was not agreed.
      Buffer.from([0x89, 0xfe, 0x00, 0x80, 0, 0, 0, 0]), // A ping that is too long.
    ]) {
      const broken = await daemon.connectBot(t, { selfId: '30001' });
      broken.writeRaw(frame);
      await broken.closed();
    }
    await assertSound(bot, link);
  });

  await t.test('junk in the identity headers', async () => {
    for (const selfId of ['', '-1', '1e5', '0x10', 'x'.repeat(4_000), '../../etc', '{}', '10001, 10002', 'None']) {
      const odd = await daemon.connectBot(t, { selfId }).catch(() => undefined);
      odd?.send(groupMessage({ selfId: 30002 }));
      odd?.drop();
    }
    for (const role of ['', 'universal ', 'Admin', 'API,Event', 'x'.repeat(4_000)]) {
      const odd = await daemon.connectBot(t, { selfId: '30003', role }).catch(() => undefined);
      odd?.drop();
    }
    await assertSound(bot, link);
  });

  await t.test('junk by HTTP is refused', async () => {
    for (const junk of JUNK_TEXTS) {
      const { status } = await daemon.report(junk);
      assert.ok(status === 400 || (status === 204 && isObject(junk)), `${status} for ${junk.slice(0, 100)}`);
    }
    await assertReport(daemon, hook);
  });

  await t.test('wrong types in every known field of a report', async () => {
    for (const field of EVENT_FIELDS) {
      for (const value of WRONG_VALUES) {
        const { status } = await daemon.report(eventWith(field, value));
        assert.ok(status === 204 || status === 400, `${status} for ${field}: ${value}`);
      }
    }
    await assertReport(daemon, hook);
    await assertSound(bot, link);
  });
});

const EVENT_FIELDS = [
  ...['time', 'self_id', 'post_type', 'message_type', 'sub_type', 'message_id', 'group_id', 'user_id', 'anonymous'],
  ...['message', 'raw_message', 'font', 'sender', 'server', 'echo', 'action', 'status', 'retcode', 'meta_event_type'],
];

function eventWith(field: string, value: string): string {
  const event = JSON.parse(groupMessage()) as Record<string, unknown>;
  const members = Object.entries({ ...event, [field]: null }).map(
    ([name, own]) => `${JSON.stringify(name)}:${name === field ? value : JSON.stringify(own)}`,
  );
  return `{${members.join(',')}}`;
}

/** An event and a call pass over the very same session and link. */
async function assertSound(bot: FakeBot, link: FakeServerLink): Promise<void> {
  bot.handler = ({ echo }) => [`{"status":"ok","retcode":0,"data":null,"echo":${JSON.stringify(echo)}}`];
  const event = groupMessage({ extra: '"sentinel":true' });
  bot.send(event);
  await link.frames.take((frame) => frame === tagged(event, 's'));
  await link.call('get_status', {}, `"sentinel ${Math.random()}"`);
  link.frames.drain();
}

async function assertReport(daemon: Daemon, hook: FakeHttpServer): Promise<void> {
  const event = groupMessage({ extra: '"sentinel":true' });
  assert.equal((await daemon.report(event)).status, 204);
  await hook.nextEvent(({ body }) => body === tagged(event, 'h'));
  hook.posts.drain();
}

function isObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}
