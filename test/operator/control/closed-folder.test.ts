import assert from 'node:assert/strict';
import { chmod, chown, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { asPlainUser, HAS_FILE_MODES, NOBODY } from '../../support/as-plain-user.ts';

const LISTENER = new URL('../../../src/operator/control/control-listener.js', import.meta.url);

test('the control socket needs no folder to write in but its own', { skip: !HAS_FILE_MODES }, async (t) => {
  const home = await mkdtemp(join(tmpdir(), 'qqbridge-control-'));
  t.after(async () => {
    await chmod(home, 0o700);
    await rm(home, { recursive: true, force: true });
  });
  const data = join(home, 'data');
  await mkdir(data);
  if (process.getuid?.() === 0) await chown(data, NOBODY, NOBODY);
  await chmod(home, 0o555);
  const warnings = await asPlainUser(
    LISTENER,
    `const warnings = [];
    const logger = { warn: (message, fields) => warnings.push([String(message), fields]) };
    const paths = [${JSON.stringify(join(data, 'control.sock'))}];
    const listener = new module.ControlListener({ bridge: {}, paths, logger, speak: String });
    await listener.start();
    await listener.stop();
    return warnings;`,
  );
  assert.deepEqual(warnings, []);
});
