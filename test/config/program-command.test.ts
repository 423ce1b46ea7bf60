import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { programCommand } from '../../src/config/program-command.ts';

test('from a clone, a command that is printed starts with node and the path of the script from here', () => {
  const env = { PATH: '' };
  assert.equal(programCommand({ script: '/src/qq/bin/qqbridge.js', cwd: '/src/qq', env }), 'node bin/qqbridge.js');
  assert.equal(programCommand({ script: '/src/qq/bin/qqbridge.js', cwd: '/src/qq/bin', env }), 'node qqbridge.js');
});

test('from elsewhere it has the whole path, in quotes where the path has blanks', () => {
  const env = { PATH: '' };
  assert.equal(
    programCommand({ script: '/opt/qq/bin/qqbridge.js', cwd: '/var/lib', env }),
    'node /opt/qq/bin/qqbridge.js',
  );
  assert.equal(programCommand({ script: '/opt/a b/bin/qqbridge.js', cwd: '/', env }), 'node "opt/a b/bin/qqbridge.js"');
});

test('where it is installed it is qqbridge, and npx qqbridge below npx', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'qqb-'));
  t.after(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, 'bin'));
  const link = join(folder, 'bin', process.platform === 'win32' ? 'qqbridge.cmd' : 'qqbridge');
  writeFileSync(link, '');
  chmodSync(link, 0o755);
  const onPath = { PATH: join(folder, 'bin') };
  const shim = '/usr/lib/node_modules/qqbridge/bin/qqbridge.js';
  assert.equal(programCommand({ script: link, cwd: '/', env: onPath }), 'qqbridge');
  assert.equal(programCommand({ script: shim, cwd: '/', env: onPath }), 'qqbridge');
  assert.equal(programCommand({ script: shim, cwd: '/', env: { PATH: '' } }), `node ${shim.slice(1)}`);
  assert.equal(programCommand({ script: shim, cwd: '/', env: { PATH: '', npm_command: 'exec' } }), 'npx qqbridge');
  // In a clone the clone is meant, also if a package is installed.
  assert.equal(programCommand({ script: '/src/bin/qqbridge.js', cwd: '/src', env: onPath }), 'node bin/qqbridge.js');
});
