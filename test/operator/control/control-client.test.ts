import assert from 'node:assert/strict';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { asPlainUser, HAS_FILE_MODES } from '../../support/as-plain-user.ts';

const CLIENT = new URL('../../../src/operator/control/control-client.js', import.meta.url);
const isRoot = process.getuid?.() === 0;

test('the user is told whose daemon it may be', { skip: !HAS_FILE_MODES || !isRoot }, async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'qqb-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const socket = join(folder, 'control.sock');
  await writeFile(socket, '');
  const ask = () =>
    asPlainUser(
      CLIENT,
      `return String(module.foreignOwner(${JSON.stringify({ paths: [socket], configFile: socket })}));`,
    );
  assert.equal(await ask(), '0', 'in a folder that is closed');
  await chmod(folder, 0o755);
  assert.equal(await ask(), '0', 'of a socket that is seen');
  await rm(socket);
  assert.equal(await ask(), 'undefined');
});
