import assert from 'node:assert/strict';
import { request } from 'node:http';
import { test } from 'node:test';
import type { Cleanup } from '../support/cleanup.ts';
import { type Daemon, startDaemon } from '../support/daemon.ts';
import { groupMessage, tagged } from '../support/events.ts';
import { eventually } from '../support/eventually.ts';
import { Inbox } from '../support/inbox.ts';
import { failOnLeaks } from '../support/leaks.ts';
import { ADMIN, eventuallyThere, operate, waitingEvents } from '../support/operate.ts';
import { RawConnection } from '../support/raw-connection.ts';
import { reportSafely } from '../support/reports.ts';

failOnLeaks();

interface Stream {
  readonly status: number;
  readonly type: string;
  /** The data of each message. */
  readonly messages: Inbox<string>;
  readonly ended: Promise<void>;
  close(): void;
}

/** Reads server-sent events as the HTML standard has them. */
function openStream(t: Cleanup, daemon: Daemon, { path = '/_events', token = 'token-of-app' } = {}): Promise<Stream> {
  return new Promise((resolve, reject) => {
    const headers = token === '' ? {} : { Authorization: `Bearer ${token}` };
    const call = request(`${daemon.httpUrl}${path}`, { headers, agent: false }, (response) => {
      const messages = new Inbox<string>('messages of the stream');
      let rest = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        const blocks = (rest + chunk).split('\n\n');
        rest = blocks.pop() ?? '';
        for (const block of blocks) {
          const lines = block.split('\n').filter((line) => line.startsWith('data: '));
          if (lines.length > 0) messages.push(lines.map((line) => line.slice('data: '.length)).join('\n'));
        }
      });
      const ended = new Promise<void>((done) => response.on('close', done));
      resolve({
        status: response.statusCode ?? 0,
        type: String(response.headers['content-type']),
        messages,
        ended,
        close: () => void call.destroy(),
      });
    });
    t.after(() => void call.destroy());
    call.on('error', reject);
    call.end();
  });
}

test('events as server-sent events', async (t) => {
  const servers = { app: { protocol: 'listen', access_token: 'token-of-app' } };
  const daemon = await startDaemon(t, { config: { admin: ADMIN, server_list: servers } });
  const waiting = await reportSafely(daemon, 3);
  const stream = await openStream(t, daemon);
  assert.deepEqual([stream.status, stream.type], [200, 'text/event-stream; charset=utf-8']);
  assert.match(await stream.messages.take(), /"lifecycle"/);
  for (const event of waiting) assert.equal(await stream.messages.take(), tagged(event, 'app'));
  await eventuallyThere(async () => assert.equal(await waitingEvents(daemon, 'app'), 0));

  await t.test('an event that is written over several lines is one message', async () => {
    const event = '{\n "self_id": 10001,\r\n "post_type": "notice"\r}';
    await daemon.report(event);
    assert.deepEqual(JSON.parse(await stream.messages.take()), { self_id: 10001, post_type: 'notice', server: 'app' });
  });

  await t.test('bound to one bot, behind the name of the server', async () => {
    const bound = await openStream(t, daemon, {
      path: '/app/_events?self_id=10002&access_token=token-of-app',
      token: '',
    });
    const event = groupMessage({ selfId: '10002' });
    await daemon.report(groupMessage({ messageId: 77 }));
    await daemon.report(event, { selfId: '10002' });
    assert.match(await bound.messages.take(), /"self_id":10002,.*"lifecycle"/);
    assert.equal(await bound.messages.take(), tagged(event, 'app'));
    bound.close();
  });

  await t.test('only for listen servers that show their token', async () => {
    for (const [token, status] of [
      ['', 401],
      ['wrong', 403],
    ] as const) {
      assert.equal((await openStream(t, daemon, { token })).status, status);
    }
  });

  await t.test('it ends when the bridge stops', async () => {
    await daemon.stop();
    await stream.ended;
  });
});

test('streams that wait behind another one on their connection end with it, and at a stop', async (t) => {
  const config = { admin: ADMIN, server_list: { app: { protocol: 'listen', access_token: 'token-of-app' } } };
  const daemon = await startDaemon(t, { config });
  const ask = 'GET /_events HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer token-of-app\r\n\r\n';
  const open = async (): Promise<RawConnection> => {
    const connection = await RawConnection.open(t, daemon.port);
    connection.write(ask.repeat(3));
    await eventually(() => connection.received.startsWith('HTTP/1.1 200'));
    return connection;
  };
  const first = await open();
  await eventuallyThere(async () => assert.match(await operate(daemon, 'servers'), /app +up/));
  first.destroy();
  await eventuallyThere(async () => assert.match(await operate(daemon, 'servers'), /app +idle/));
  const second = await open();
  assert.deepEqual(await daemon.stop(), { status: 0, signal: null });
  await second.closed();
});
