import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, closeSync, constants, linkSync, lstatSync, openSync, readdirSync, rmSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { errorCode } from '../../support/network-error.ts';

/** What became of an attempt to own a folder by a socket in it. */
export type SocketClaim =
  | { readonly kind: 'mine'; readonly release: () => void }
  /** A living process has it; `mark` is what that process says of itself, if it says anything. */
  | { readonly kind: 'taken'; readonly mark: string | undefined }
  /** No socket can be made there. */
  | { readonly kind: 'impossible' };

/**
 * Claims the folder by listening on `owner-<n>.sock` in it. The kernel takes the socket from a process that ends, however it
 * ends, and lets every process connect that shares the folder, whatever its namespace of process ids: so whoever can be
 * connected to lives, and no lock is left behind that somebody has to remove.
 *
 * A dead socket is never taken over: the next one gets the next number, by a hard link, which only one process can make.
 * Thus of many that start at the same instant one wins.
 *
 * @param mark What is told to whoever connects.
 */
export async function claimBySocket(folder: string, mark: string): Promise<SocketClaim> {
  const place = openPlace(folder);
  try {
    for (let attempt = 0; ; attempt += 1) {
      const found = await liveOwner(place);
      if (found !== undefined || attempt === MAX_ATTEMPTS) return { kind: 'taken', mark: found?.mark };
      const own = await listenAs(place, newestNumber(place) + 1, mark);
      if (own === 'impossible') return { kind: 'impossible' };
      if (own === undefined) continue;
      // A process that stood still meanwhile may have looked before others came and went.
      if ((await liveOwner(place, own.name)) === undefined) {
        removeDead(place, own.name);
        return { kind: 'mine', release: () => release(folder, own) };
      }
      release(folder, own);
      await delay(Math.random() * 100);
    }
  } finally {
    place.close();
  }
}

/** The folder, by paths that are short enough for a socket. */
interface Place {
  readonly folder: string;
  pathOf(name: string): string;
  close(): void;
}

function openPlace(folder: string): Place {
  if (process.platform !== 'linux') return { folder, pathOf: (name) => join(folder, name), close: () => {} };
  // The address of a socket holds 107 bytes; the way over an open folder is short whatever the folder's name.
  const handle = openSync(folder, constants.O_RDONLY | constants.O_DIRECTORY);
  return { folder, pathOf: (name) => `/proc/self/fd/${handle}/${name}`, close: () => closeSync(handle) };
}

interface OwnSocket {
  readonly name: string;
  readonly server: Server;
}

/** Undefined when another process has taken that number first. */
async function listenAs(place: Place, number: number, mark: string): Promise<OwnSocket | undefined | 'impossible'> {
  const name = `owner-${number}.sock`;
  // It listens before it gets its name, so that nobody finds it dead.
  const draft = `claim-${process.pid}-${randomBytes(6).toString('hex')}.sock`;
  const path = place.pathOf(draft);
  if (Buffer.byteLength(path) > MAX_SOCKET_PATH) return 'impossible';
  const server = createServer((socket) => socket.on('error', () => {}).end(mark)).unref();
  server.maxConnections = 16;
  try {
    server.listen(path);
    await once(server, 'listening');
    const file = join(place.folder, draft);
    // Who may enter the folder may ask who has it.
    chmodSync(file, 0o666);
    linkSync(file, join(place.folder, name));
    rmSync(file, { force: true });
    return { name, server };
  } catch (error) {
    server.close();
    rmSync(join(place.folder, draft), { force: true });
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

async function liveOwner(place: Place, except?: string): Promise<{ mark: string | undefined } | undefined> {
  for (const name of ownerNames(place)) {
    if (name === except) continue;
    const found = await askOwner(place.pathOf(name));
    if (found !== 'dead') return found;
  }
  return undefined;
}

/** What the process that listens on a socket says of itself; `dead` when none listens. */
export async function askOwner(path: string): Promise<{ mark: string | undefined } | 'dead'> {
  const socket = connect(path);
  try {
    await once(socket, 'connect');
  } catch (error) {
    // Anything else, a full backlog for one, is the sign of somebody who listens.
    return DEAD.has(errorCode(error) ?? '') ? 'dead' : { mark: undefined };
  }
  let mark = '';
  // A process that hangs does not answer, and has the folder nevertheless.
  const timer = setTimeout(() => socket.destroy(), ANSWER_MS);
  try {
    for await (const chunk of socket.setEncoding('utf8')) mark += chunk;
  } catch {
    // Cut off: what has come is enough.
  } finally {
    clearTimeout(timer);
    socket.destroy();
  }
  return { mark: mark === '' ? undefined : mark };
}

function newestNumber(place: Place): number {
  return Math.max(0, ...ownerNames(place).map((name) => Number(OWNER.exec(name)?.[1])));
}

function ownerNames({ folder }: Place): readonly string[] {
  return readdirSync(folder).filter((name) => OWNER.test(name));
}

/** What killed processes have left. A draft of a process that is starting just now is left alone. */
function removeDead({ folder }: Place, own: string): void {
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
/** What every system takes. */
const MAX_SOCKET_PATH = 103;
const MAX_ATTEMPTS = 20;
const ANSWER_MS = 1_000;
