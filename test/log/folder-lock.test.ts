import assert from 'node:assert/strict';
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { FolderLock } from '../../src/log/embedded/folder-lock.ts';
import { BridgeError } from '../../src/support/errors.ts';
import { eventually } from '../support/eventually.ts';

function tempDir(t: TestContext, suffix = ''): string {
  const dir = mkdtempSync(join(tmpdir(), `qqbridge-lock-${suffix}`));
  mkdirSync(join(dir, 'events'));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

const take = (dataDir: string) =>
  FolderLock.take({ dataDir, folder: join(dataDir, 'events'), configFile: '/srv/other/config.yml' });
const lockFile = (dataDir: string) => join(dataDir, 'events', 'bridge.lock');
const isInUse = (error: unknown) => error instanceof BridgeError && error.code === 'STORE_IN_USE';
const IS_WINDOWS = process.platform === 'win32';

/** Another process that tries to lock folders. */
class Contender {
  readonly child: ChildProcess;

  constructor(t: TestContext) {
    this.child = fork(fileURLToPath(new URL('./contender.js', import.meta.url)));
    t.after(async () => {
      if (this.child.exitCode !== null || this.child.signalCode !== null) return;
      this.child.kill('SIGKILL');
      await once(this.child, 'exit');
    });
  }

  static async start(t: TestContext): Promise<Contender> {
    const contender = new Contender(t);
    await once(contender.child, 'message');
    return contender;
  }

  async tell(message: { take: string } | 'release'): Promise<string> {
    const answer = once(this.child, 'message');
    this.child.send(message);
    const [text] = await answer;
    return String(text);
  }

  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await once(this.child, 'exit');
  }
}

test('the refused bridge is told who has the folder and what to do', async (t) => {
  const dataDir = tempDir(t);
  const owner = await Contender.start(t);
  assert.equal(await owner.tell({ take: dataDir }), 'taken');
  const expected = `process ${owner.child.pid} on ${hostname()}, another bridge (config /srv/bridge/config.yml); stop that one`;
  await assert.rejects(take(dataDir), (error) => isInUse(error) && String(error).includes(expected));
});

test('an owner whose process id means nothing here, as in another container, has the folder nevertheless', async (t) => {
  const dataDir = tempDir(t);
  const owner = await Contender.start(t);
  await owner.tell({ take: dataDir });
  for (const content of ['4194303 gone', '', readFileSync(lockFile(dataDir), 'utf8').slice(0, 5)]) {
    writeFileSync(lockFile(dataDir), content);
    await assert.rejects(take(dataDir), isInUse, content);
  }
  rmSync(lockFile(dataDir));
  await assert.rejects(take(dataDir), isInUse, 'no lock file');
});

test('an owner that stands still has the folder', { skip: IS_WINDOWS && 'no SIGSTOP' }, async (t) => {
  const dataDir = tempDir(t);
  const owner = await Contender.start(t);
  await owner.tell({ take: dataDir });
  owner.child.kill('SIGSTOP');
  await assert.rejects(take(dataDir), isInUse);
  owner.child.kill('SIGCONT');
});

test('an owner that was killed leaves nothing that somebody must remove', async (t) => {
  const dataDir = tempDir(t);
  for (let round = 0; round < 3; round += 1) {
    const owner = await Contender.start(t);
    assert.equal(await owner.tell({ take: dataDir }), 'taken', `round ${round}`);
    await owner.kill();
  }
  const lock = await take(dataDir);
  if (!IS_WINDOWS) assert.equal(readdirSync(dataDir).filter((name) => name.endsWith('.sock')).length, 1);
  lock.release();
  assert.deepEqual(readdirSync(dataDir), ['events']);
  assert.equal(existsSync(lockFile(dataDir)), false);
});

test('of processes that start at the same instant exactly one gets the folder, also over what dead ones left', async (t) => {
  const contenders = await Promise.all([1, 2, 3].map(() => Contender.start(t)));
  for (let round = 0; round < 50; round += 1) {
    const dataDir = tempDir(t);
    if (round % 2 === 1) await leaveDeadSocket(dataDir);
    if (round % 3 === 1) writeFileSync(lockFile(dataDir), '4194303 gone');
    const answers = await Promise.all(contenders.map((contender) => contender.tell({ take: dataDir })));
    const winners = answers.filter((answer) => answer === 'taken');
    const losers = answers.filter((answer) => answer.startsWith('STORE_IN_USE'));
    assert.deepEqual([winners.length, losers.length], [1, 2], `round ${round}: ${answers.join(' | ')}`);
    for (const contender of contenders) await contender.tell('release');
  }
});

/** A socket that nobody listens on, as a killed process leaves it. */
async function leaveDeadSocket(dataDir: string): Promise<void> {
  if (IS_WINDOWS) return;
  const path = join(dataDir, 'live.sock');
  const server = createServer().listen(path);
  await once(server, 'listening');
  linkSync(path, join(dataDir, 'owner-7.sock'));
  server.close();
  await once(server, 'close');
}

test('a folder whose path is too long for a socket is kept as well', async (t) => {
  const dataDir = join(tempDir(t), 'x'.repeat(120));
  mkdirSync(join(dataDir, 'events'), { recursive: true });
  const lock = await take(dataDir);
  await assert.rejects(take(dataDir), isInUse);
  lock.release();
  (await take(dataDir)).release();
});

test('a bridge of version 1.0.0, which has a lock file alone, keeps the folder while it lives', {
  skip: process.platform === 'linux' ? false : 'needs /proc',
}, async (t) => {
  const dataDir = tempDir(t);
  const old = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
  t.after(() => old.kill('SIGKILL'));
  const mark = `${old.pid} ${startOf(old.pid)}`;
  writeFileSync(lockFile(dataDir), mark);
  await assert.rejects(take(dataDir), isInUse);

  // Another process is just writing its lock file.
  writeFileSync(lockFile(dataDir), '');
  const refused = assert.rejects(take(dataDir), isInUse);
  await eventually(() => readdirSync(dataDir).some((name) => name.endsWith('.sock')));
  writeFileSync(lockFile(dataDir), mark);
  await refused;

  writeFileSync(lockFile(dataDir), `${old.pid} another-start`);
  (await take(dataDir)).release();
});

test('a zombie has no folder', { skip: process.platform === 'linux' ? false : 'needs /proc' }, async (t) => {
  const dataDir = tempDir(t);
  // The shell becomes `sleep`, which never waits for its child, so the child stays a zombie.
  const parent = spawn('sh', ['-c', 'sleep 0.01 & echo $!; exec sleep 60'], { stdio: ['ignore', 'pipe', 'ignore'] });
  t.after(() => parent.kill('SIGKILL'));
  const [line] = await once(parent.stdout, 'data');
  const pid = Number(String(line));
  const stateOf = () => /\) (\S)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8'))?.[1];
  await eventually(() => stateOf() === 'Z');
  writeFileSync(lockFile(dataDir), `${pid} ${startOf(pid)}`);
  (await take(dataDir)).release();
});

/** When a process started, as version 1.0.0 writes it. */
function startOf(pid: number | undefined): string {
  const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return `${boot}:${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]}`;
}
