import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { launchDaemon, startDaemon } from '../support/daemon.ts';
import { failOnLeaks } from '../support/leaks.ts';
import { reportSafely } from '../support/reports.ts';
import type { TempHome } from '../support/temp-home.ts';

failOnLeaks();

/** A folder in the place of a file keeps everybody from writing the file, also root, who may run the tests. */
const IN_THE_WAY = [
  'logs/log.log',
  'data/admin-token',
  'data/bots.json.new',
  'data/ended-sessions.new',
  'data/control.sock',
];

async function putInTheWay({ dir }: TempHome): Promise<void> {
  for (const name of IN_THE_WAY) await mkdir(join(dir, name, 'x'), { recursive: true });
}

test('files of the home that can not be written cost a line each, with the cause, and the bridge goes on', async (t) => {
  const daemon = await startDaemon(t, { prepare: putInTheWay });
  await reportSafely(daemon, 1);
  const lines = [
    /the log file cannot be written, lines go to the console alone.*logs\/log\.log.*EISDIR/,
    /the admin token could not be stored, a new one holds until the stop; set admin\.token.*EISDIR/,
    /the known bots can not be written.*bots\.json.*consequence=.*EISDIR/,
    /a control socket can not be listened on.*control\.sock.*EISDIR/,
  ];
  for (const line of lines) await daemon.says(line);
  await reportSafely(daemon, 1);
  assert.deepEqual(await daemon.stop(), { status: 0, signal: null });
  const warnings = daemon.output.all.filter((line) => line.includes('EISDIR'));
  assert.equal(warnings.length, lines.length, warnings.join('\n'));
});

test('a data folder that is a file is one line with the cure, exit status 1', async (t) => {
  const daemon = await launchDaemon(t, { prepare: ({ dir }) => writeFile(join(dir, 'data'), '') });
  daemon.expectExit(1);
  assert.deepEqual(await daemon.exited(), { status: 1, signal: null });
  const errors = daemon.output.all.filter((line) => line.includes('[ERROR]'));
  assert.equal(errors.length, 1, errors.join('\n'));
  assert.match(
    errors[0] ?? '',
    /can't be kept in .*a file is in the way.*move it away, or choose another folder.*HOME_UNWRITABLE/,
  );
});
