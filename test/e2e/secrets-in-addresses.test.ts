import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { runCommandLine } from '../support/command-line.ts';
import { startDaemon } from '../support/daemon.ts';
import { failOnLeaks } from '../support/leaks.ts';
import { ADMIN } from '../support/operate.ts';

failOnLeaks();

const SECRET = 'S3cretInAnAddress';

test('a secret in the address of a server or bot is shown nowhere', async (t) => {
  const at = (scheme: string) => `${scheme}://127.0.0.1:1/x?access_token=${SECRET}&t=${SECRET}`;
  const config = {
    admin: ADMIN,
    debug_mode: true,
    bots: { one: { url: at('ws') }, two: { api_url: at('http') } },
    server_list: {
      socket: { url: at('ws') },
      web: { protocol: 'http', url: at('http') },
      off: { url: at('ws'), enabled: false },
    },
  };
  const daemon = await startDaemon(t, { config });
  await daemon.connectBot(t);
  await daemon.says(/a server can not be connected/);
  const shown: string[] = [];
  const headers = { Authorization: `Bearer ${ADMIN.token}` };
  for (const path of ['/api/status', '/api/config', '/metrics', '/api/history']) {
    shown.push(await (await fetch(daemon.adminUrl + path, { headers })).text());
  }
  const stream = (await fetch(`${daemon.adminUrl}/api/stream`, { headers })).body?.getReader();
  shown.push(Buffer.from((await stream?.read())?.value ?? []).toString());
  await stream?.cancel();
  for (const command of ['servers', 'bots', 'queue', 'debug thread', 'status']) {
    daemon.type(command);
    await daemon.command('version', /^QQBridge \d/);
  }
  const args = ['-c', daemon.home.configFile];
  const check = async (): Promise<void> => {
    const { output, errors } = await runCommandLine(t, ['check', ...args]);
    shown.push(`${output}${errors}`);
  };
  await check();
  await daemon.stop();
  await check();
  shown.push(daemon.output.all.join('\n'), await readFile(join(daemon.home.dir, 'logs', 'log.log'), 'utf8'));
  for (const text of shown) {
    assert.ok(text.length > 0);
    const at = text.indexOf(SECRET);
    assert.ok(at < 0, text.slice(Math.max(0, at - 200), at + 100));
  }
});
