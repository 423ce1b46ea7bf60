import assert from 'node:assert/strict';
import { chmod, mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { startDaemon } from '../support/daemon.ts';
import { groupMessage } from '../support/events.ts';
import { eventually } from '../support/eventually.ts';
import { failOnLeaks } from '../support/leaks.ts';
import type { TempHome } from '../support/temp-home.ts';

failOnLeaks();

/** The rights of other users for each file below the folder, by its path. 0: no rights. */
async function openToOthers(dir: string): Promise<Record<string, number>> {
  const names = await readdir(dir, { recursive: true });
  const modes = await Promise.all(names.map(async (name) => [name, await modeOf(join(dir, name))] as const));
  return Object.fromEntries(modes.filter(([, mode]) => mode !== 0));
}

/** A file that is about to replace another one may be gone already. */
async function modeOf(file: string): Promise<number> {
  const found = await stat(file).catch(() => undefined);
  return (found?.mode ?? 0) & 0o077;
}

/** Gives the files the modes that an earlier version, or a careless copy, leaves. */
async function leaveOpen({ dir }: TempHome): Promise<void> {
  for (const folder of ['data', 'data/events', 'logs']) await mkdir(join(dir, folder), { recursive: true });
  await writeFile(join(dir, 'logs', 'log.log'), '');
  await writeFile(join(dir, 'data', 'admin-token'), 'a-token-of-an-earlier-run\n');
  await chmod(join(dir, 'logs', 'log.log'), 0o644);
  await chmod(join(dir, 'data', 'events'), 0o755);
}

for (const umask of [0o000, 0o022, 0o077]) {
  test(`with umask ${umask.toString(8)} all that the daemon writes is for its owner alone`, async (t) => {
    const before = process.umask(umask);
    t.after(() => void process.umask(before));
    const daemon = await startDaemon(t, { config: { debug_mode: true, server_list: { s: { port: 1 } } } });
    assert.equal((await daemon.report(groupMessage())).status, 204);
    const { dir } = daemon.home;
    for (const folder of ['data', 'logs']) assert.equal((await stat(join(dir, folder))).mode & 0o077, 0, folder);
    const open = await openToOthers(join(dir, 'data'));
    // LMDB chooses the modes of its own files. The socket is open to everybody who may enter the folder, to tell who
    // has it. Nobody else may enter the folder.
    assert.deepEqual(
      Object.keys(open).filter((name) => !/^events\/|owner-\d+\.sock$/.test(name)),
      [],
    );
    assert.deepEqual(await openToOthers(join(dir, 'logs')), {});
    await daemon.command('status', /durable/);
    // The control socket is made in a folder of its own, which goes once the socket has its place.
    await eventually(async () => {
      const names = await readdir(join(dir, 'data'));
      assert.ok(names.includes('control.sock'));
      assert.deepEqual(
        names.filter((name) => name.startsWith('.')),
        [],
      );
    });
    await daemon.stop();
    assert.ok(!(await readdir(join(dir, 'data'))).includes('control.sock'));
  });
}

test('what was open to others is closed at the start', async (t) => {
  const daemon = await startDaemon(t, { prepare: leaveOpen });
  await daemon.command('status', /durable/);
  const { dir } = daemon.home;
  for (const name of ['logs/log.log', 'data/admin-token', 'data/events']) {
    assert.equal((await stat(join(dir, name))).mode & 0o077, 0, name);
  }
});
