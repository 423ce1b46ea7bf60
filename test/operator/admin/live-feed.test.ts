import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { speakIn } from '../../../src/language/speak.ts';
import { History } from '../../../src/operator/admin/history.ts';
import { LiveFeed } from '../../../src/operator/admin/live-feed.ts';
import { silentLogger } from '../../../src/support/logger.ts';
import { text } from '../../../src/support/text.ts';
import { eventually } from '../../support/eventually.ts';
import { failOnLeaks } from '../../support/leaks.ts';
import { FakeBridge, serverNamed } from '../fake-bridge.ts';

failOnLeaks();

interface Frame {
  readonly name: string;
  readonly data: {
    readonly items?: readonly { readonly json: string; readonly byteLength: number; readonly name: string }[];
    readonly leftOut?: number;
    readonly frames?: number;
  };
}

interface Reader {
  readonly response: IncomingMessage;
  readonly frames: Frame[];
}

const speakers = { en: speakIn('en'), zh: speakIn('zh') };

async function bench(t: TestContext) {
  const bridge = new FakeBridge();
  let mayStay = true;
  const feed = new LiveFeed({
    bridge,
    history: new History(() => bridge.statusInTurns()),
    logger: silentLogger,
    speakers,
  });
  const server = createServer((_request, response) => {
    if (!feed.add(response, () => mayStay)) response.writeHead(503).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    feed.stop();
    server.closeAllConnections();
    server.close();
  });
  const follow = async (): Promise<Reader> => {
    const { port } = server.address() as AddressInfo;
    const [response] = (await once(get({ port, host: '127.0.0.1', agent: false }), 'response')) as [IncomingMessage];
    const frames: Frame[] = [];
    let text = '';
    response.setEncoding('utf8').on('error', () => {});
    response.on('data', (chunk: string) => {
      const parts = (text + chunk).split('\n\n');
      text = parts.pop() ?? '';
      for (const part of parts) {
        const [, name = '', data = ''] = /^event: (\w+)\ndata: (.*)$/s.exec(part) ?? [];
        frames.push({ name, data: JSON.parse(data) });
      }
    });
    return { response, frames };
  };
  return {
    bridge,
    feed,
    follow,
    end: () => {
      mayStay = false;
    },
  };
}

test('nothing is followed while nobody looks', async (t) => {
  const { bridge, follow } = await bench(t);
  const followers = () => [bridge.followers.size, bridge.callWatchers.size, bridge.logFollowers.size];
  assert.deepEqual(followers(), [0, 0, 0]);
  const [one, other] = [await follow(), await follow()];
  assert.deepEqual(followers(), [1, 1, 1]);
  one.response.destroy();
  other.response.destroy();
  await eventually(async () => assert.deepEqual(followers(), [0, 0, 0]));
});

test('a status carries cause and cure of a state in both languages, and the words of a peer as they are', async (t) => {
  const { bridge, follow } = await bench(t);
  const trouble = { state: 'unreachable', cause: text`no such host name`, cure: 'their own words' } as const;
  bridge.current = { ...bridge.current, servers: [{ ...serverNamed('survival'), ...trouble }] };
  const { frames } = await follow();
  const status = await eventually(() => {
    const found = frames.find(({ name }) => name === 'status');
    assert.ok(found !== undefined);
    return found.data as { servers?: readonly { state: string; cause: unknown; cure: unknown }[] };
  });
  const [server] = status.servers ?? [];
  assert.deepEqual(
    [server?.state, server?.cause, server?.cure],
    ['unreachable', { en: 'no such host name', zh: '没有这个主机名' }, 'their own words'],
  );
});

test('of a flood it carries samples and counts what it leaves out', async (t) => {
  const { bridge, follow } = await bench(t);
  const { frames } = await follow();
  for (let count = 0; count < 1_000; count += 1) bridge.event('{"post_type":"message","message_type":"group"}');
  const { data } = await eventually(async () => frames.find(({ name }) => name === 'events') ?? assert.fail());
  assert.equal(data.items?.length, 20);
  assert.equal(data.leftOut, 980);
  assert.equal(data.items?.[0]?.name, 'message/group');
});

test('a huge event is cut, not within a character, and says how large it is', async (t) => {
  const { bridge, follow } = await bench(t);
  const { frames } = await follow();
  const json = JSON.stringify({ a: '你'.repeat(1_000_000) });
  bridge.event(json);
  const { data } = await eventually(async () => frames.find(({ name }) => name === 'events') ?? assert.fail());
  const [item] = data.items ?? [];
  assert.equal(item?.byteLength, Buffer.byteLength(json));
  assert.ok(item !== undefined && item.json.length < 32_768 && json.startsWith(item.json));
});

test('one that does not read misses frames and is told how many; the others miss none', async (t) => {
  const { bridge, follow } = await bench(t);
  const [slow, quick] = [await follow(), await follow()];
  slow.response.pause();
  bridge.current = { ...bridge.current, configFile: 'x'.repeat(3_000_000) };
  const statuses = ({ frames }: Reader) => frames.filter(({ name }) => name === 'status').length;
  const before = statuses(slow);
  // More than the system's buffers and its own hold.
  await eventually(async () => assert.ok(statuses(quick) >= 6), { deadlineMs: 30_000 });
  slow.response.resume();
  const { data } = await eventually(async () => slow.frames.find(({ name }) => name === 'missed') ?? assert.fail(), {
    deadlineMs: 10_000,
  });
  assert.ok((data.frames ?? 0) > 0);
  assert.ok(statuses(slow) > before);
});

test('it lets 32 follow, and sends away whose session has ended', async (t) => {
  const { follow, end } = await bench(t);
  const readers: Reader[] = [];
  for (let count = 0; count < 32; count += 1) readers.push(await follow());
  assert.equal((await follow()).response.statusCode, 503);
  end();
  await Promise.all(readers.map(({ response }) => once(response, 'end')));
  assert.equal((await follow()).response.statusCode, 200);
});
