import assert from 'node:assert/strict';
import { chmod, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import type { Words } from '../../src/support/text.ts';
import { LogFile, type LogFileSettings } from '../../src/telemetry/log-file.ts';
import { asPlainUser, HAS_FILE_MODES } from '../support/as-plain-user.ts';
import { eventually } from '../support/eventually.ts';

interface Bench extends LogFileSettings {
  readonly folder: string;
  readonly reports: string[];
  readonly report: (level: string, message: Words) => void;
}

async function bench(t: TestContext, settings: Partial<LogFileSettings> = {}): Promise<Bench> {
  const folder = await mkdtemp(join(tmpdir(), 'qqbridge-logs-'));
  t.after(() => rm(folder, { recursive: true, force: true }));
  const reports: string[] = [];
  return {
    folder,
    file: join(folder, 'log.log'),
    maxSizeBytes: 10_000,
    keepDays: 14,
    ...settings,
    reports,
    report: (_level, message) => reports.push(String(message)),
  };
}

async function lastRun(bench: Bench, text: string, day: string): Promise<void> {
  await writeFile(bench.file, text);
  const time = new Date(`${day}T12:00:00`);
  await utimes(bench.file, time, time);
}

/** Writes lines as one run of the daemon does. */
async function run(bench: Bench, ...lines: string[]): Promise<void> {
  const log = new LogFile(bench, bench);
  for (const line of lines) log.write(line);
  await log.close();
}

async function contents(folder: string): Promise<Record<string, string>> {
  const names = (await readdir(folder)).sort();
  return Object.fromEntries(await Promise.all(names.map(async (n) => [n, await readFile(join(folder, n), 'utf8')])));
}

test('lines reach the file in order, also right before it is closed', async (t) => {
  const b = await bench(t);
  await run(b, 'one', '二', 'three');
  assert.deepEqual(await contents(b.folder), { 'log.log': 'one\n二\nthree\n' });
});

test('the folder is made when it is missing', async (t) => {
  const b = await bench(t);
  const file = join(b.folder, 'a', 'b', 'log.log');
  await run({ ...b, file }, 'one');
  assert.equal(await readFile(file, 'utf8'), 'one\n');
});

test("the last run's file is named after the day of its last change, counting up", async (t) => {
  const b = await bench(t);
  await lastRun(b, 'old', '2023-05-06');
  await run(b, 'a');
  await lastRun(b, 'older', '2023-05-06');
  await run(b, 'b');
  await lastRun(b, 'other day', '2023-05-07');
  await run(b, 'c');
  assert.deepEqual(await contents(b.folder), {
    '2023-05-06-1.log': 'old',
    '2023-05-06-2.log': 'older',
    '2023-05-07-1.log': 'other day',
    'log.log': 'c\n',
  });
});

test('counting goes on after the highest number, past gaps and nines', async (t) => {
  const b = await bench(t);
  await writeFile(join(b.folder, '2023-05-06-10.log'), '');
  await writeFile(join(b.folder, '2023-05-06-9.log'), '');
  await lastRun(b, 'old', '2023-05-06');
  await run(b, 'a');
  assert.equal(await readFile(join(b.folder, '2023-05-06-11.log'), 'utf8'), 'old');
});

test('an empty file of the last run is written on', async (t) => {
  const b = await bench(t);
  await writeFile(b.file, '');
  await run(b, 'a');
  assert.deepEqual(await contents(b.folder), { 'log.log': 'a\n' });
});

test('a file that would grow past the size is rotated, and no line is lost, torn or out of order', async (t) => {
  const b = await bench(t, { maxSizeBytes: 1_000, keepDays: 1_000 });
  const lines = Array.from({ length: 2_000 }, (_, n) => `line ${n} ${'多'.repeat(n % 7)}`);
  const log = new LogFile(b, b);
  for (const [n, line] of lines.entries()) {
    log.write(line);
    if (n % 50 === 0) await new Promise(setImmediate);
  }
  await log.close();
  const files = await contents(b.folder);
  const names = Object.keys(files).sort((x, y) => x.localeCompare(y, 'en', { numeric: true }));
  assert.equal(names.map((name) => files[name]).join(''), lines.map((line) => `${line}\n`).join(''));
  for (const text of Object.values(files)) assert.ok(Buffer.byteLength(text) <= 1_000);
});

test('a line longer than the size gets a file of its own', async (t) => {
  const b = await bench(t, { maxSizeBytes: 10 });
  await run(b, 'short', 'x'.repeat(100), 'short');
  assert.equal((await readdir(b.folder)).length, 3);
});

test('of rotated files that are too old the newest 14 are kept, and nothing else is touched', async (t) => {
  const b = await bench(t, { keepDays: 2 });
  const old = Array.from({ length: 12 }, (_, n) => `2023-05-06-${n + 2}.log`);
  const others = ['notes.log', '2023-05-06-1.txt'];
  for (const name of [...old, ...others, '2023-05-06-1.log', '2022-01-01-99.log', '2023-05-01-1.log']) {
    await writeFile(join(b.folder, name), name);
  }
  await lastRun(b, 'newest', '2024-01-01');
  await run(b, 'a');
  const kept = ['2023-05-06-1.log', '2024-01-01-1.log'];
  assert.deepEqual((await readdir(b.folder)).sort(), [...old, ...others, ...kept, 'log.log'].sort());
});

test('files that were rotated while the clock stood in 2099 make way for later ones', async (t) => {
  const b = await bench(t, { keepDays: 2 });
  const old = Array.from({ length: 13 }, (_, n) => `2023-05-06-${n + 1}.log`);
  for (const name of [...old, '2099-01-01-1.log', '2099-01-01-2.log']) await writeFile(join(b.folder, name), name);
  await lastRun(b, 'newest', '2024-01-01');
  await run(b, 'a');
  assert.deepEqual((await readdir(b.folder)).sort(), [...old, '2024-01-01-1.log', 'log.log'].sort());
});

test('all rotated files of the last days are kept, however many they are', async (t) => {
  const b = await bench(t, { keepDays: 2, maxSizeBytes: 10 });
  await run(b, ...Array.from({ length: 21 }, (_, n) => `line ${n}`));
  assert.equal((await readdir(b.folder)).length, 21);
});

test('two daemons that share a folder lose no line', async (t) => {
  const b = await bench(t, { maxSizeBytes: 500, keepDays: 10_000 });
  const logs = [new LogFile(b, b), new LogFile(b, b)];
  for (let n = 0; n < 500; n += 1) {
    for (const [who, log] of logs.entries()) log.write(`${who}:${n}`);
    if (n % 20 === 0) await new Promise(setImmediate);
  }
  await Promise.all(logs.map((log) => log.close()));
  const lines = Object.values(await contents(b.folder))
    .join('')
    .split('\n');
  assert.equal(new Set(lines).size, 1_001);
  assert.deepEqual(b.reports, []);
});

test('a file that was moved away from outside is not rotated again', async (t) => {
  const b = await bench(t, { maxSizeBytes: 10 });
  const log = new LogFile(b, b);
  log.write('first');
  await eventually(async () => (await stat(b.file)).size > 0);
  await rename(b.file, join(b.folder, 'moved'));
  await writeFile(b.file, 'theirs');
  log.write('second');
  await log.close();
  assert.deepEqual(await contents(b.folder), { 'log.log': 'theirssecond\n', moved: 'first\n' });
});

test('a folder that cannot be written is said once, and lines are kept until it can', async (t) => {
  const b = await bench(t);
  const obstacle = join(b.folder, 'logs');
  await writeFile(obstacle, 'a file where the folder should be');
  const file = join(obstacle, 'log.log');
  const log = new LogFile({ ...b, file }, { ...b, retryMs: 5 });
  log.write('one');
  await eventually(() => b.reports.length > 0);
  log.write('two');
  await new Promise((resolve) => setTimeout(resolve, 30));
  assert.deepEqual(b.reports, ['the log file cannot be written, lines go to the console alone']);
  await rm(obstacle);
  await eventually(async () => (await readFile(file, 'utf8')) === 'one\ntwo\n');
  assert.deepEqual(b.reports.slice(1), ['the log file is written again']);
  await log.close();
});

test('a full disk costs no memory without bound, and what was lost is counted', async (t) => {
  const b = await bench(t, { maxSizeBytes: 10_000_000 });
  const obstacle = join(b.folder, 'logs');
  await writeFile(obstacle, '');
  const file = join(obstacle, 'log.log');
  const log = new LogFile({ ...b, file }, { ...b, retryMs: 5 });
  for (let n = 0; n < 30; n += 1) log.write('x'.repeat(100_000));
  await eventually(() => b.reports.length > 0);
  await rm(obstacle);
  await eventually(() => b.reports.includes('lines were lost to the log file'));
  await log.close();
  assert.equal((await stat(file)).size, 10 * 100_001);
});

test('a device that is full is said once and does not hold up the end', async (t) => {
  const b = await bench(t);
  await run({ ...b, file: '/dev/full' }, 'one', 'two');
  assert.equal(b.reports.length, process.platform === 'linux' ? 1 : b.reports.length);
});

test('a file that cannot be moved is written on, and that is said once', { skip: !HAS_FILE_MODES }, async (t) => {
  const b = await bench(t);
  await lastRun(b, 'old\n', '2023-05-06');
  await chmod(b.file, 0o666);
  await chmod(b.folder, 0o555);
  const reports = await asPlainUser(
    new URL('../../src/telemetry/log-file.js', import.meta.url),
    `const reports = [];
    const settings = { file: '${b.file}', maxSizeBytes: 10, keepDays: 14 };
    const log = new module.LogFile(settings, { report: (_level, message) => reports.push(String(message)) });
    for (const line of ['line one', 'line two']) log.write(line);
    await log.close();
    return reports;`,
  );
  await chmod(b.folder, 0o755);
  assert.deepEqual(await contents(b.folder), { 'log.log': 'old\nline one\nline two\n' });
  assert.deepEqual(reports, ['the log file cannot be rotated, lines are added to it as it is']);
});

test('an old file that cannot be deleted does not stop the log', async (t) => {
  const b = await bench(t, { keepDays: 0 });
  for (let n = 1; n <= 15; n += 1) await mkdir(join(b.folder, `2023-05-06-${n}.log`));
  await run(b, 'one');
  assert.equal(await readFile(b.file, 'utf8'), 'one\n');
  assert.equal(b.reports.length, 1);
});

test('a changed path is taken up at the next line', async (t) => {
  const b = await bench(t);
  const log = new LogFile(b, b);
  log.write('one');
  await eventually(async () => (await stat(b.file)).size > 0);
  log.configure({ ...b, file: join(b.folder, 'other.log') });
  log.write('two');
  await log.close();
  assert.deepEqual(await contents(b.folder), { 'log.log': 'one\n', 'other.log': 'two\n' });
});

test('lines after the end are dropped quietly', async (t) => {
  const b = await bench(t);
  const log = new LogFile(b, b);
  log.write('one');
  await log.close();
  log.write('two');
  await log.close();
  assert.deepEqual(await contents(b.folder), { 'log.log': 'one\n' });
});
