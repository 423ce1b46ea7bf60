import assert from 'node:assert/strict';
import { request } from 'node:http';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Daemon, startDaemon } from '../support/daemon.ts';
import { dialIn } from '../support/dial-in.ts';
import { groupMessage, tagged } from '../support/events.ts';
import { JUNK_TEXTS, WRONG_VALUES } from '../support/junk.ts';
import { failOnLeaks } from '../support/leaks.ts';
import { RawConnection } from '../support/raw-connection.ts';
import { UpgradeRefused } from '../support/upgrade-refused.ts';

failOnLeaks();

const SERVERS = {
  app: { protocol: 'listen', access_token: 'token-of-app', bots: [10001], actions: { deny: ['set_*'] } },
  other: { protocol: 'listen', access_token: 'token-of-other' },
};
const CONFIG = { anonymous_calls: false, max_payload: '1MiB', server_list: SERVERS };

interface Request {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The status; `cut` where the bridge closed the connection without one. */
function statusOf(daemon: Daemon, { method, path, headers, body }: Request): Promise<number | 'cut'> {
  return new Promise((resolve) => {
    const call = request(
      { host: '127.0.0.1', port: daemon.port, method, path, headers, agent: false, timeout: 10_000 },
      (response) => {
        // Server-sent events go on.
        if (response.headers['content-type']?.startsWith('text/event-stream') === true) response.destroy();
        response.resume().on('close', () => resolve(response.statusCode ?? 0));
        response.on('error', () => {}); // `close` follows.
      },
    );
    call.on('timeout', () => call.destroy(new Error('no answer')));
    call.on('error', (error) =>
      resolve('code' in error && error.code === 'ECONNRESET' ? 'cut' : assert.fail(String(error))),
    );
    call.end(method === 'GET' || method === 'HEAD' ? undefined : body);
  });
}

const NAMES = [
  'get_status',
  'send_group_msg',
  'set_group_kick',
  '.handle_quick_operation',
  '_events',
  'api',
  'event',
  'ws',
  'app',
  'other',
  '..',
  '%2e%2e',
  '%',
  '%00',
  '%ff',
  'a b',
  '群',
  '_async',
];
const PATH = fc
  .array(fc.oneof(fc.constantFrom(...NAMES), fc.stringMatching(/^[\x21-\x7e]{0,12}$/)), { maxLength: 4 })
  .map((parts) => `/${parts.map((part) => encodeURI(part).replaceAll('#', '')).join('/')}`);
const QUERY = fc
  .array(fc.tuple(fc.constantFrom('self_id', 'access_token', 'action', 'params', 'echo', 'a'), fc.string()), {
    maxLength: 4,
  })
  .map((pairs) => (pairs.length === 0 ? '' : `?${new URLSearchParams(pairs)}`));
const HEADERS = fc.dictionary(
  fc.constantFrom(
    'Authorization',
    'Content-Type',
    'X-Self-ID',
    'X-Signature',
    'Content-Encoding',
    'Origin',
    'Sec-Fetch-Site',
    'X-OneBot-Version',
    'Cookie',
  ),
  fc.oneof(
    fc.constantFrom(
      'Bearer token-of-app',
      'Token token-of-other',
      'Bearer',
      'application/json',
      'application/x-www-form-urlencoded',
      '10001',
      'none',
      'gzip',
      'http://evil.example',
      '12',
    ),
    fc.stringMatching(/^[\x21-\x7e]{0,20}$/),
  ),
  { maxKeys: 4 },
);
const MEMBER = fc
  .tuple(
    fc.constantFrom('action', 'params', 'echo', 'self_id', 'post_type', 'message', 'status', 'a'),
    fc.constantFrom(...WRONG_VALUES, '"get_status"', '10001', '"message"', '{"self_id":10001}'),
  )
  .map(([name, value]) => `"${name}":${value}`);
const FRAME = fc.oneof(
  { weight: 4, arbitrary: fc.array(MEMBER, { maxLength: 6 }).map((members) => `{${members.join(',')}}`) },
  { weight: 1, arbitrary: fc.constantFrom(...JUNK_TEXTS) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary' }) },
);
const REQUEST = fc.record({
  method: fc.constantFrom('GET', 'POST', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'HEAD'),
  path: fc.tuple(PATH, QUERY).map((parts) => parts.join('')),
  headers: HEADERS,
  body: fc.oneof(
    FRAME,
    fc.string().map((text) => `a=${text}&self_id=1`),
  ),
});

/** 426: a GET with the headers of a bot looks like a handshake whose Upgrade a proxy has removed. */
const STATUSES = [200, 204, 400, 401, 403, 404, 405, 406, 413, 415, 426, 503, 'cut'];

test('whatever an application sends, it is answered, and the bridge goes on', async (t) => {
  const daemon = await startDaemon(t, { config: CONFIG });
  const bot = await daemon.connectBot(t);
  const app = await dialIn(t, { url: `${daemon.wsUrl}/`, token: 'token-of-app' });
  assert.match(await app.frames.take(), /"lifecycle"/);

  await t.test('by HTTP', async () => {
    await fc.assert(
      fc.asyncProperty(REQUEST, async (anything) => {
        const status = await statusOf(daemon, anything);
        assert.ok(STATUSES.includes(status), `${status}`);
      }),
      { numRuns: 400 },
    );
  });

  await t.test('as the target of a WebSocket', async () => {
    await fc.assert(
      fc.asyncProperty(PATH, QUERY, async (path, query) => {
        try {
          (await dialIn(t, { url: `${daemon.wsUrl}${path}${query}`, token: 'token-of-app' })).close();
        } catch (error) {
          // What no client can ask for never leaves it.
          if (error instanceof UpgradeRefused)
            assert.ok([400, 401, 403, 404].includes(error.status), `${error.status}`);
          else assert.match(String(error), /Invalid URL/);
        }
      }),
      { numRuns: 100 },
    );
  });

  await t.test('as frames: each call gets one answer, nothing denied reaches the bot', async () => {
    const samples = fc.sample(FRAME, 500);
    for (const [n, frame] of samples.entries()) {
      app.send(n % 7 === 0 ? Buffer.from(frame) : frame);
      app.send(`{"action":"set_group_kick","params":{"n":${n}},"echo":"no ${n}"}`);
    }
    app.send('{"action":"get_status","echo":"last"}');
    await app.nextAnswer((answer) => answer.includes('"echo":"last"'));
    for (let n = 0; n < samples.length; n += 1) {
      const answers = app.frames.all.filter((frame) => frame.endsWith(`"echo":"no ${n}"}`));
      assert.equal(answers.length, 1);
      assert.match(answers[0] ?? '', /"retcode":1403/);
    }
    assert.ok(bot.calls.all.every(({ action }) => !action.includes('set_')));
    assert.ok(app.frames.all.length <= 1 + 2 * samples.length + 1);
  });

  await t.test('as bytes that are no WebSocket frame, or no HTTP', async () => {
    for (const bytes of ['\u0083\u0080\u0000', '\u00ff'.repeat(64), '\u0000'.repeat(1_000)]) {
      const link = await dialIn(t, { url: `${daemon.wsUrl}/`, token: 'token-of-other' });
      link.writeRaw(Buffer.from(bytes, 'latin1'));
      await link.closed();
      const raw = await RawConnection.open(t, daemon.port);
      raw.write(bytes);
      raw.destroy();
    }
  });

  const event = groupMessage({ messageId: 424_242 });
  bot.send(event);
  assert.equal(await app.nextEvent(), tagged(event, 'app'));
  assert.match(await app.call('get_status', {}, '"end"'), /"status":"ok"/);
});
