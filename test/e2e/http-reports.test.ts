import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startDaemon } from '../support/daemon.ts';
import { groupMessage, tagged } from '../support/events.ts';
import { FakeHttpServer } from '../support/fake-http-server.ts';
import { failOnLeaks } from '../support/leaks.ts';
import { RawConnection } from '../support/raw-connection.ts';
import { type HttpReport, signatureOf } from '../support/report-by-http.ts';

failOnLeaks();

const MAX_PAYLOAD = 64 * 1024;

test('reports by HTTP', async (t) => {
  const server = await FakeHttpServer.start(t);
  const daemon = await startDaemon(t, {
    config: {
      max_payload: '64KiB',
      server_list: { s: { protocol: 'http', host: '127.0.0.1', port: server.port } },
    },
  });

  await t.test('a report on any path is answered 204 and relayed', async () => {
    for (const path of ['/', '/onebot', '/a/b/?c=d', '//']) {
      const event = groupMessage();
      const { status, body } = await daemon.report(event, { url: `${daemon.httpUrl}${path}` });
      assert.deepEqual([status, body], [204, '']);
      assert.equal((await server.nextEvent()).body, tagged(event, 's'));
    }
  });

  await t.test('without X-Self-ID the body says who reports', async () => {
    const event = groupMessage({ selfId: '9007199254740995' });
    assert.equal((await daemon.report(event, { selfId: null })).status, 204);
    assert.equal((await server.nextEvent()).headers['x-self-id'], '9007199254740995');
  });

  await t.test('the content type of the report does not matter', async () => {
    for (const type of ['application/json; charset=utf-8', 'text/plain', 'application/octet-stream']) {
      assert.equal((await daemon.report(groupMessage(), { headers: { 'Content-Type': type } })).status, 204);
      await server.nextEvent();
    }
  });

  await t.test('a chunked report goes out with a sound length', async () => {
    const event = groupMessage();
    const raw = await RawConnection.open(t, daemon.port);
    const bytes = Buffer.from(event);
    const head = `POST / HTTP/1.1\r\nHost: 127.0.0.1:${daemon.port}\r\nX-Self-ID: 10001\r\n`;
    raw.write(`${head}Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n10\r\n`);
    raw.write(bytes.subarray(0, 16));
    raw.write(`\r\n${(bytes.length - 16).toString(16)}\r\n`);
    raw.write(Buffer.concat([bytes.subarray(16), Buffer.from('\r\n0\r\n\r\n')]));
    await raw.closed();
    assert.match(raw.received, /^HTTP\/1\.1 204 /);
    const { headers, body } = await server.nextEvent();
    assert.equal(body, tagged(event, 's'));
    assert.equal(headers['content-length'], String(Buffer.byteLength(body)));
    assert.equal(headers['transfer-encoding'], undefined);
  });

  await t.test('a sender that asks first (Expect: 100-continue) is told to go on', async () => {
    const event = groupMessage();
    const raw = await RawConnection.open(t, daemon.port);
    raw.write(`POST / HTTP/1.1\r\nHost: 127.0.0.1:${daemon.port}\r\nX-Self-ID: 10001\r\nConnection: close\r\n`);
    raw.write(`Expect: 100-continue\r\nContent-Length: ${Buffer.byteLength(event)}\r\n\r\n`);
    raw.write(event);
    await raw.closed();
    assert.match(raw.received, /^HTTP\/1\.1 (100 Continue\r\n\r\nHTTP\/1\.1 )?204 /);
    await server.nextEvent();
  });

  await t.test('400: the body is no JSON object', async () => {
    const sound = groupMessage();
    for (const body of [
      '',
      ' ',
      'junk',
      '[]',
      `[${sound}]`,
      '1',
      '"text"',
      'null',
      'true',
      sound.slice(0, -1),
      `${sound}}`,
      `${sound}${sound}`,
    ]) {
      assert.equal((await daemon.report(body)).status, 400, body);
    }
    assert.equal((await daemon.report(Buffer.from([0, 1, 2, 255, 254]))).status, 400);
    assert.equal((await daemon.report(Buffer.from('{"post_type":"message","a":"\xff"}', 'latin1'))).status, 400);
  });

  await t.test('where the body names another bot than the header, the body is right', async () => {
    for (let n = 0; n < 2; n += 1) {
      const event = groupMessage({ selfId: 36713946586 });
      assert.equal((await daemon.report(event, { selfId: '10003' })).status, 204);
      const { headers, body } = await server.nextEvent();
      assert.deepEqual([headers['x-self-id'], body], ['36713946586', tagged(event, 's')]);
    }
    await daemon.says(/X-Self-ID of a bot is not the account in its events.*bot=36713946586 header=10003/);
    const { output } = daemon;
    assert.equal(output.all.filter((line) => /is not the account in its events/.test(line)).length, 1);
    assert.doesNotMatch(await daemon.command('bots', /36713946586/), /10003/);
  });

  await t.test('400: the body names two bots, or two kinds of event', async () => {
    const tricks = [
      '{"post_type":"message","self_id":10001,"self_id":10002}',
      '{"post_type":"message","post_type":"notice","self_id":10001}',
      '{"post_type":"message","self_id":10001,"\\u0073elf_id":10002}',
    ];
    for (const body of tricks) assert.equal((await daemon.report(body)).status, 400, body);
  });

  await t.test('an X-Self-ID that is no account is passed over; a byte order mark is taken off', async () => {
    const event = groupMessage();
    for (const [at, selfId] of ['0', 'None', 'null', 'undefined', ''].entries()) {
      const { status } = await daemon.report(`\uFEFF${groupMessage({ messageId: 7_000 + at })}`, { selfId });
      assert.equal(status, 204, selfId);
      const { headers, body } = await server.nextEvent();
      assert.equal(headers['x-self-id'], '10001', selfId);
      assert.equal(body, tagged(groupMessage({ messageId: 7_000 + at }), 's'));
    }
    assert.equal((await daemon.report('{"post_type":"notice"}', { selfId: '0' })).status, 400);
    assert.equal((await daemon.report(event.replace('"self_id":10001', '"self_id":0'))).status, 204);
    assert.equal((await server.nextEvent()).headers['x-self-id'], '10001');
  });

  await t.test('413: the body is too large, said after it was read, with the connection fit for more', async () => {
    const big = groupMessage({ text: 'x'.repeat(MAX_PAYLOAD) });
    assert.equal((await daemon.report(big)).status, 413);
    assert.equal((await daemon.report('y'.repeat(20 * MAX_PAYLOAD))).status, 413);
    assert.equal((await daemon.report(groupMessage({ text: 'x'.repeat(MAX_PAYLOAD / 4) }))).status, 204);
  });

  await t.test('nothing of all that was refused reached the server', async () => {
    await server.nextEvent(); // The sound one above.
    const event = groupMessage();
    await daemon.report(event);
    assert.equal((await server.nextEvent()).body, tagged(event, 's'));
  });
});

test('reports to a port with an access token', async (t) => {
  const daemon = await startDaemon(t, { config: { access_token: 'let+me&in' } });
  const status = async (report: Partial<HttpReport>): Promise<number> =>
    (await daemon.report(groupMessage(), report)).status;

  await t.test('204: the token in any of its forms', async () => {
    for (const scheme of ['Bearer', 'bearer', 'BEARER', 'Token', 'token']) {
      assert.equal(await status({ headers: { Authorization: `${scheme} let+me&in` } }), 204, scheme);
    }
    assert.equal(await status({ headers: { Authorization: 'let+me&in' } }), 204, 'the bare token');
    assert.equal(await status({ url: `${daemon.httpUrl}/?access_token=let+me%26in` }), 204, 'a plus as it is');
    assert.equal(await status({ url: `${daemon.httpUrl}/x?access_token=let%2Bme%26in` }), 204);
    assert.equal(await status({ url: `${daemon.httpUrl}/?a=b&access_token=let%2bme%26in` }), 204);
  });

  await t.test('204: a signature made with the token stands for it', async () => {
    assert.equal(await status({ secret: 'let+me&in' }), 204);
  });

  await t.test('401: no token; 403: a wrong one', async () => {
    assert.equal(await status({}), 401);
    assert.equal(await status({ headers: { Authorization: 'Bearer ' } }), 401);
    assert.equal(await status({ headers: { Authorization: 'Bearer' } }), 401);
    assert.equal(await status({ token: 'let+me+out' }), 403);
    assert.equal(await status({ token: 'let+me&in...' }), 403);
    assert.equal(await status({ url: `${daemon.httpUrl}/?access_token=wrong` }), 403);
    assert.equal(await status({ secret: 'let+me+out' }), 403);
  });
});

test('reports to a port with a secret', async (t) => {
  const server = await FakeHttpServer.start(t);
  const daemon = await startDaemon(t, {
    config: {
      access_token: 'token',
      secret: '密钥',
      server_list: { s: { protocol: 'http', host: '127.0.0.1', port: server.port } },
    },
  });
  const event = groupMessage();
  const signed = signatureOf(event, '密钥');

  await t.test('204: a sound signature, which stands for the token too', async () => {
    assert.equal((await daemon.report(event, { secret: '密钥' })).status, 204);
    assert.equal((await daemon.report(groupMessage(), { secret: '密钥', token: 'token' })).status, 204);
    const upper = `sha1=${signed.slice(5).toUpperCase()}`;
    assert.equal((await daemon.report(event, { headers: { 'X-Signature': upper } })).status, 204);
  });

  await t.test('401: no signature, even with the token', async () => {
    assert.equal((await daemon.report(event)).status, 401);
    assert.equal((await daemon.report(event, { token: 'token' })).status, 401);
  });

  await t.test('403: a signature that does not fit the very bytes', async () => {
    const statuses = [
      await daemon.report(`${event} `, { headers: { 'X-Signature': signed } }),
      await daemon.report(event, { secret: 'token' }),
      await daemon.report(event, { headers: { 'X-Signature': signed.slice(5) } }),
      await daemon.report(event, { headers: { 'X-Signature': `sha1=${'0'.repeat(40)}` } }),
      await daemon.report(event, { headers: { 'X-Signature': 'sha1=' } }),
      await daemon.report(event, { headers: { 'X-Signature': 'sha256=00' } }),
    ].map(({ status }) => status);
    assert.deepEqual(new Set(statuses), new Set([403]));
  });

  await t.test('what a server gets is signed with its own secret or not at all', async () => {
    const { headers } = await server.nextEvent();
    assert.equal(headers['x-signature'], undefined);
    assert.equal(headers['authorization'], undefined);
  });
});
