import assert from 'node:assert/strict';
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { Daemon, startDaemon } from '../support/daemon.ts';
import { eventually } from '../support/eventually.ts';
import { freePort } from '../support/free-port.ts';
import { failOnLeaks } from '../support/leaks.ts';
import { ADMIN, operate } from '../support/operate.ts';
import { reportSafely } from '../support/reports.ts';

failOnLeaks();

test('a second daemon on the same home is refused and leaves the log, the data and the first one as they are', async (t) => {
  const first = await startDaemon(t, { config: { admin: ADMIN } });
  const folders = ['logs', 'data', 'data/events'].map((name) => join(first.home.dir, name));
  const file = join(first.home.dir, 'logs', 'log.log');
  const names = () => Promise.all(folders.map(async (folder) => (await readdir(folder)).sort()));
  await eventually(async () => {
    assert.match(await readFile(file, 'utf8'), /dashboard/i);
    const [, data = []] = await names();
    assert.ok(data.includes('control.sock') && !data.some((name) => name.startsWith('.')), 'it has started wholly');
  });
  const [namesBefore, inodeBefore, textBefore] = [await names(), (await stat(file)).ino, await readFile(file, 'utf8')];

  const other = { QQBRIDGE_PORT: String(await freePort()), QQBRIDGE_ADMIN_PORT: String(await freePort()) };
  for (const env of [{}, other]) {
    const second = new Daemon(first.home, first, { env: () => env });
    second.expectExit(1);
    assert.deepEqual(await second.exited(), { status: 1, signal: null });
    const errors = second.output.all.filter((line) => line.includes('[ERROR]'));
    assert.equal(errors.length, 1, errors.join('\n'));
    assert.match(errors[0] ?? '', /data folder .* is in use by process \d+.*stop that one.*code=STORE_IN_USE/);
  }

  assert.deepEqual(await names(), namesBefore);
  assert.equal((await stat(file)).ino, inodeBefore, 'the log was moved away under the first daemon');
  const text = await readFile(file, 'utf8');
  assert.ok(text.startsWith(textBefore) && !text.includes('STORE_IN_USE'), text);
  await operate(first, 'debug on');
  await reportSafely(first, 1);
  await eventually(async () => assert.ok((await readFile(file, 'utf8')).length > text.length));
});
