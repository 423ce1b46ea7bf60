import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, closeSync, constants, linkSync, lstatSync, openSync, readdirSync, rmSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { errorCode } from '../../support/network-error.ts';

/** The result of locking a folder by a socket in it. */
export type SocketClaim =
  | { readonly kind: 'mine'; readonly release: () => void }
  /** A living process has the folder. `mark` is what it says of itself, if it answers. */
  | { readonly kind: 'taken'; readonly mark: string | undefined }
  /** The folder can't hold a socket. */
  | { readonly kind: 'impossible' };

/**
 * Locks the folder by listening on `owner-<n>.sock` in it. When a process ends, for whatever reason, the kernel closes
 * its socket. Every process that shares the folder can connect to the socket, also from another container. So a socket
 * that accepts connections belongs to a living process, and no stale lock is left for a person to remove.
 *
 * No process takes over a dead socket. The next process uses the next number, and makes it by a hard link, which only
 * one process can do. So of many processes that start at once, one wins.
 *
 * @param mark What each process that connects is told.
 */
export async function claimBySocket(folder: string, mark: string): Promise<SocketClaim> {
  const opened = openFolder(folder);
  try {
    for (let attempt = 0; ; attempt += 1) {
      const found = await liveOwner(opened);
      if (found !== undefined || attempt === MAX_ATTEMPTS) return { kind: 'taken', mark: found?.mark };
      const own = await listenAs(opened, newestNumber(opened) + 1, mark);
      if (own === 'impossible') return { kind: 'impossible' };
      if (own === undefined) continue;
      // This process may have stood still for a while. Since it looked for an owner, other processes may have come and
      // gone.
      if ((await liveOwner(opened, own.name)) === undefined) {
        removeDead(opened, own.name);
        return { kind: 'mine', release: () => release(folder, own) };
      }
      release(folder, own);
      await delay(Math.random() * 100);
    }
  } finally {
    opened.close();
  }
}

/** The folder, with paths that are short enough for a socket. */
interface OpenFolder {
  readonly folder: string;
  pathOf(name: string): string;
  close(): void;
}

function openFolder(folder: string): OpenFolder {
  if (process.platform !== 'linux') return { folder, pathOf: (name) => join(folder, name), close: () => {} };
  // The address of a socket holds 107 bytes. A path through /proc/self/fd is short, whatever the folder's name.
  const handle = openSync(folder, constants.O_RDONLY | constants.O_DIRECTORY);
  return { folder, pathOf: (name) => `/proc/self/fd/${handle}/${name}`, close: () => closeSync(handle) };
}

interface OwnSocket {
  readonly name: string;
  readonly server: Server;
}

/** Undefined when another process has taken the number first. */
async function listenAs(
  opened: OpenFolder,
  number: number,
  mark: string,
): Promise<OwnSocket | undefined | 'impossible'> {
  const name = `owner-${number}.sock`;
  // The socket listens before it gets its final name, so that nobody takes it for a dead one.
  const draft = `claim-${process.pid}-${randomBytes(6).toString('hex')}.sock`;
  const path = opened.pathOf(draft);
  if (Buffer.byteLength(path) > MAX_SOCKET_PATH) return 'impossible';
  const server = createServer((socket) => socket.on('error', () => {}).end(mark)).unref();
  server.maxConnections = 16;
  try {
    server.listen(path);
    await once(server, 'listening');
    const file = join(opened.folder, draft);
    // Every user who may enter the folder may ask who has locked it.
    chmodSync(file, 0o666);
    linkSync(file, join(opened.folder, name));
    rmSync(file, { force: true });
    return { name, server };
  } catch (error) {
    server.close();
    rmSync(join(opened.folder, draft), { force: true });
    const code = errorCode(error) ?? '';
    if (code === 'EEXIST') return undefined;
    if (UNWRITABLE.has(code)) throw error;
    return 'impossible';
  }
}

function release(folder: string, { name, server }: OwnSocket): void {
  rmSync(join(folder, name), { force: true });
  server.close();
}

async function liveOwner(opened: OpenFolder, except?: string): Promise<{ mark: string | undefined } | undefined> {
  for (const name of ownerNames(opened)) {
    if (name === except) continue;
    const found = await askOwner(opened.pathOf(name));
    if (found !== 'dead') return found;
  }
  return undefined;
}

/** What the process that listens on a socket says of itself. `dead` when no process listens. */
export async function askOwner(path: string): Promise<{ mark: string | undefined } | 'dead'> {
  const socket = connect(path);
  try {
    await once(socket, 'connect');
  } catch (error) {
    // Other errors, such as a full backlog, show that a process listens.
    return DEAD.has(errorCode(error) ?? '') ? 'dead' : { mark: undefined };
  }
  let mark = '';
  // A process that hangs does not answer, but still has the folder.
  const timer = setTimeout(() => socket.destroy(), ANSWER_MS);
  try {
    for await (const chunk of socket.setEncoding('utf8')) mark += chunk;
  } catch {
    // The connection was cut off. The part that has come is enough.
  } finally {
    clearTimeout(timer);
    socket.destroy();
  }
  return { mark: mark === '' ? undefined : mark };
}

function newestNumber(opened: OpenFolder): number {
  return Math.max(0, ...ownerNames(opened).map((name) => Number(OWNER.exec(name)?.[1])));
}

function ownerNames({ folder }: OpenFolder): readonly string[] {
  return readdirSync(folder).filter((name) => OWNER.test(name));
}

/** Removes files that killed processes have left. The draft of a process that is just starting stays. */
function removeDead({ folder }: OpenFolder, own: string): void {
  for (const name of readdirSync(folder)) {
    if (name === own || !(OWNER.test(name) || isOldDraft(join(folder, name)))) continue;
    rmSync(join(folder, name), { force: true });
  }
}

function isOldDraft(file: string): boolean {
  if (!DRAFT.test(file)) return false;
  const changedAt = lstatSync(file, { throwIfNoEntry: false })?.ctimeMs ?? 0;
  return Math.abs(Date.now() - changedAt) > 60_000;
}

const OWNER = /^owner-(\d{1,9})\.sock$/;
const DRAFT = /claim-\d+-[0-9a-f]{12}\.sock$/;
const DEAD: ReadonlySet<string> = new Set(['ECONNREFUSED', 'ENOENT', 'ENOTSOCK', 'EPROTOTYPE']);
const UNWRITABLE: ReadonlySet<string> = new Set(['EROFS', 'EACCES', 'ENOSPC', 'EDQUOT']);
/** Every system allows paths of this length. */
const MAX_SOCKET_PATH = 103;
const MAX_ATTEMPTS = 20;
const ANSWER_MS = 1_000;
