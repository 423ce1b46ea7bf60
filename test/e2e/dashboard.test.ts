import assert from 'node:assert/strict';
import { request } from 'node:http';
import { test } from 'node:test';
import { startDaemon } from '../support/daemon.ts';
import { groupMessage } from '../support/events.ts';
import { eventually } from '../support/eventually.ts';
import { FakeHttpServer } from '../support/fake-http-server.ts';
import { failOnLeaks } from '../support/leaks.ts';
import { ADMIN } from '../support/operate.ts';

failOnLeaks();

interface Asked {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: object;
}

/** As a browser does: with whatever Host and Origin a test wishes. */
async function ask(url: string, { method = 'GET', headers = {}, body }: Asked = {}) {
  return await new Promise<{ status: number; headers: Record<string, unknown>; text: string }>((resolve, reject) => {
    const outgoing = request(
      url,
      {
        method,
        agent: false,
        headers: { ...(body === undefined ? {} : { 'Content-Type': 'application/json' }), ...headers },
      },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk) => {
          text += chunk;
        });
        response.on('error', reject);
        response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body === undefined ? '' : JSON.stringify(body));
  });
}

async function logIn(url: string, body: object = { token: ADMIN.token }, headers: Asked['headers'] = {}) {
  const answer = await ask(`${url}/api/login`, { method: 'POST', body, headers });
  const [set = ''] = (answer.headers['set-cookie'] as string[] | undefined) ?? [];
  return { ...answer, set, cookie: set.split(';')[0] ?? '' };
}

test('the page is open and strict, its files are kept by the browser', async (t) => {
  const { adminUrl } = await startDaemon(t, { config: { admin: ADMIN } });
  const page = await ask(`${adminUrl}/`);
  assert.equal(page.status, 200);
  assert.match(
    String(page.headers['content-security-policy']),
    /default-src 'none'; script-src 'self';.*frame-ancestors 'none'/,
  );
  assert.deepEqual(
    ['x-content-type-options', 'referrer-policy', 'x-frame-options', 'cache-control'].map((name) => page.headers[name]),
    ['nosniff', 'no-referrer', 'DENY', 'no-cache'],
  );
  const [, script = ''] = /src="\.(\/assets\/[^"]+)"/.exec(page.text) ?? [];
  const asset = await ask(adminUrl + script, { headers: { 'Accept-Encoding': 'gzip' } });
  assert.deepEqual(
    [asset.status, asset.headers['cache-control'], asset.headers['content-encoding'], asset.headers['content-type']],
    [200, 'public, max-age=31536000, immutable', 'gzip', 'text/javascript; charset=utf-8'],
  );
  for (const path of ['/assets/..%2f..%2f..%2fpackage.json', '/assets/none.js', '/index.html']) {
    assert.equal((await ask(adminUrl + path)).status, 404, path);
  }
  const rebound = await ask(`${adminUrl}/`, { headers: { Host: 'evil.example:5780' } });
  assert.equal(rebound.status, 403);
  const link = { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-Dest': 'document' };
  assert.equal((await ask(`${adminUrl}/`, { headers: link })).status, 200, 'a link leads here');
  assert.equal((await ask(`${adminUrl}/`, { headers: { ...link, 'Sec-Fetch-Dest': 'iframe' } })).status, 403);
});

test('the token begins a session, whose cookie opens the API until the logout', async (t) => {
  const { adminUrl, adminPort } = await startDaemon(t, { config: { admin: ADMIN } });
  const { status, set, cookie } = await logIn(adminUrl);
  assert.equal(status, 204);
  assert.match(set, new RegExp(`^qqbridge_${adminPort}=[\\w.-]+; Path=/; Max-Age=604800; HttpOnly; SameSite=Strict$`));
  const secure = await logIn(adminUrl, { token: ADMIN.token }, { 'X-Forwarded-Proto': 'https' });
  assert.match(secure.set, /; Secure$/);
  for (const path of ['/api/status', '/api/history', '/api/config', '/api/dead', '/metrics']) {
    assert.equal((await ask(adminUrl + path, { headers: { Cookie: cookie } })).status, 200, path);
    assert.equal((await ask(adminUrl + path)).status, 401, path);
  }
  const own = { Cookie: cookie, 'X-QQBridge-Dashboard': '1' };
  assert.equal((await ask(`${adminUrl}/api/logout`, { method: 'POST', headers: own })).status, 204);
  assert.equal((await ask(`${adminUrl}/api/status`, { headers: { Cookie: cookie } })).status, 401);
  const asked = await ask(`${adminUrl}/api/session`, { headers: { Cookie: cookie } });
  assert.deepEqual([asked.status, asked.text], [200, '{"loggedIn":false}']);
});

test('a logout lasts over a restart, and a changed token ends every session', async (t) => {
  const daemon = await startDaemon(t, { config: { admin: ADMIN } });
  const [ended, kept] = [(await logIn(daemon.adminUrl)).cookie, (await logIn(daemon.adminUrl)).cookie];
  const status = async (cookie: string) =>
    (await ask(`${daemon.adminUrl}/api/status`, { headers: { Cookie: cookie } })).status;
  const own = { Cookie: ended, 'X-QQBridge-Dashboard': '1' };
  assert.equal((await ask(`${daemon.adminUrl}/api/logout`, { method: 'POST', headers: own })).status, 204);
  await daemon.stop();
  const again = await daemon.startAgain();
  assert.deepEqual([await status(ended), await status(kept)], [401, 200]);
  await again.writeConfig({ admin: { token: 'another-token-for-the-tests' } });
  again.type('reload config');
  await eventually(async () => assert.deepEqual([await status(ended), await status(kept)], [401, 401]));
});

test('no other page can use the session, nor begin one', async (t) => {
  const { adminUrl } = await startDaemon(t, { config: { admin: ADMIN } });
  const { cookie } = await logIn(adminUrl);
  const command = (headers: Asked['headers']) =>
    ask(`${adminUrl}/api/command`, {
      method: 'POST',
      body: { command: 'version' },
      headers: { Cookie: cookie, ...headers },
    });
  const own = { 'X-QQBridge-Dashboard': '1' };
  assert.equal((await command({ ...own, Origin: adminUrl, 'Sec-Fetch-Site': 'same-origin' })).status, 200);
  assert.equal((await command({})).status, 403, 'without the header of the page');
  assert.equal((await command({ ...own, Origin: 'http://evil.example' })).status, 403);
  assert.equal((await command({ ...own, Origin: 'null' })).status, 403);
  assert.equal((await command({ ...own, 'Sec-Fetch-Site': 'same-site' })).status, 403, 'another port of this host');
  assert.equal((await command({ ...own, Host: 'evil.example' })).status, 403, 'a rebound name');
  const read = await ask(`${adminUrl}/api/status`, { headers: { Cookie: cookie, Host: 'evil.example' } });
  assert.equal(read.status, 403);
  assert.equal((await logIn(adminUrl, { token: ADMIN.token }, { Origin: 'http://evil.example' })).status, 403);
  assert.equal((await logIn(adminUrl, { token: ADMIN.token }, { Host: 'evil.example' })).status, 403);
});

test('who guesses has to wait; a session goes on, and who has the token or a login link gets in', async (t) => {
  const { adminUrl } = await startDaemon(t, { config: { admin: ADMIN } });
  const { cookie } = await logIn(adminUrl);
  const statuses: number[] = [];
  for (let count = 0; count < 11; count += 1)
    statuses.push((await logIn(adminUrl, { token: `guess ${count}` })).status);
  assert.deepEqual(statuses, [...Array.from({ length: 10 }, () => 403), 429]);
  const right = await logIn(adminUrl);
  assert.equal(right.status, 204);
  assert.equal((await ask(`${adminUrl}/api/status`, { headers: { Cookie: cookie } })).status, 200);
});

test('the console prints a link whose code logs in once', async (t) => {
  const daemon = await startDaemon(t, { config: { admin: ADMIN } });
  const line = await daemon.command('dashboard', /#login=/);
  const [, address = '', code = ''] = /(http:\S+)\/#login=([\w-]+)/.exec(line) ?? [];
  assert.equal(address, daemon.adminUrl);
  assert.equal((await logIn(daemon.adminUrl, { code })).status, 204);
  assert.equal((await logIn(daemon.adminUrl, { code })).status, 403);
});

test('a faulty config is answered with each fault at its lines, without secrets', async (t) => {
  const daemon = await startDaemon(t, { config: { admin: ADMIN } });
  const server_list = { survival: { access_token: 'hunter2-hunter2', port: 99_999, colour: 'red' } };
  await daemon.writeConfig({ admin: ADMIN, server_list });
  const answer = await ask(`${daemon.adminUrl}/api/command`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${ADMIN.token}` },
    body: { command: 'reload config' },
  });
  const { ok, faults } = JSON.parse(answer.text) as {
    ok: boolean;
    faults: { path: string; line: number; excerpt: { firstLine: number; lines: string[] } }[];
  };
  assert.equal(ok, false);
  assert.deepEqual(
    faults.map(({ path }) => path),
    ['server_list.survival.port', 'server_list.survival.colour'],
  );
  for (const { path, line, excerpt } of faults) {
    assert.ok(excerpt.lines[line - excerpt.firstLine]?.includes(path.split('.').at(-1) ?? ''), path);
  }
  assert.doesNotMatch(answer.text, /hunter2/);
});

test('a dead letter can be read and is sent again', async (t) => {
  const web = await FakeHttpServer.start(t);
  web.reply = () => ({ status: 403 });
  const server_list = { web: { protocol: 'http', port: web.port } };
  const daemon = await startDaemon(t, { config: { admin: ADMIN, server_list } });
  const bearer = { Authorization: `Bearer ${ADMIN.token}` };
  const event = groupMessage();
  await daemon.report(event);
  const [letter] = await eventually(async () => {
    const { letters } = JSON.parse((await ask(`${daemon.adminUrl}/api/dead?server=web`, { headers: bearer })).text);
    assert.equal(letters.length, 1);
    return letters as { id: number; byteLength: number }[];
  });
  const read = await ask(`${daemon.adminUrl}/api/dead/${letter?.id}`, { headers: bearer });
  assert.deepEqual(JSON.parse(read.text), { json: event, byteLength: Buffer.byteLength(event) });
  assert.equal((await ask(`${daemon.adminUrl}/api/dead/77`, { headers: bearer })).status, 404);
});
