import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { realpathSync } from 'node:fs';
import { createServer } from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { BridgeError } from '../../support/errors.ts';
import { errorCode } from '../../support/network-error.ts';
import { text, type Words } from '../../support/text.ts';
import { claimByFile, isHeldByPid, type LockMark, readMark, writeMark } from './lock-file.ts';
import { askOwner, claimBySocket, type SocketClaim } from './owner-socket.ts';

export interface FolderLockOptions {
  readonly dataDir: string;
  /** The folder of the event log, inside `dataDir`. */
  readonly folder: string;
  /** The config file of this process. Other processes show it in their error message. */
  readonly configFile: string;
}

/**
 * Keeps a second bridge out of a data folder. LMDB itself would let several processes in.
 *
 * The lock is a socket in the data folder (a named pipe on Windows). The socket lives exactly as long as its process.
 * Processes in another container can ask it too, although they don't see the owner's process id. The file
 * `events/bridge.lock` is written too, because version 1.0.0 only knows this file. Where the folder can't hold sockets,
 * the file is the only lock.
 */
export class FolderLock {
  readonly #release: () => void;

  /** @param release Unlocks the folder. */
  constructor(release: () => void) {
    this.#release = release;
  }

  /** @throws BridgeError STORE_IN_USE when a living process has the folder. */
  static async take({ dataDir, folder, configFile }: FolderLockOptions): Promise<FolderLock> {
    const file = join(folder, 'bridge.lock');
    const mark = writeMark({ configFile, host: hostname() });
    const claim = process.platform === 'win32' ? await claimByPipe(dataDir, mark) : await claimBySocket(dataDir, mark);
    if (claim.kind === 'taken') throw inUse(dataDir, readMark(claim.mark ?? ''));
    const isExclusive = claim.kind === 'mine';
    const byFile = await claimByFile(file, mark, (found) => isHeldByPid(found, file, isExclusive));
    if (byFile.kind === 'taken') {
      if (claim.kind === 'mine') claim.release();
      throw inUse(dataDir, readMark(byFile.mark));
    }
    return new FolderLock(() => {
      byFile.release();
      if (claim.kind === 'mine') claim.release();
    });
  }

  release(): void {
    this.#release();
  }
}

/** A named pipe of Windows is a name, not a file. Only one process can have the name at a time. */
async function claimByPipe(dataDir: string, mark: string): Promise<SocketClaim> {
  const id = createHash('sha256').update(realpathSync(dataDir).toLowerCase()).digest('hex').slice(0, 16);
  const path = `\\\\.\\pipe\\qqbridge-data-${id}`;
  const server = createServer((socket) => socket.on('error', () => {}).end(mark)).unref();
  try {
    server.listen(path);
    await once(server, 'listening');
    return { kind: 'mine', release: () => server.close() };
  } catch (error) {
    if (errorCode(error) !== 'EADDRINUSE') return { kind: 'impossible' };
    const owner = await askOwner(path);
    return { kind: 'taken', mark: owner === 'dead' ? undefined : owner.mark };
  }
}

function inUse(dataDir: string, owner: LockMark | undefined): BridgeError {
  const cure = text`stop that one, or give this one a folder of its own (data in the config, or --data)`;
  return new BridgeError('STORE_IN_USE', text`the data folder ${dataDir} is in use by ${nameOf(owner)}; ${cure}`);
}

function nameOf(owner: LockMark | undefined): Words {
  if (owner === undefined) return text`another bridge`;
  const { pid, host, configFile } = owner;
  if (host === undefined || configFile === undefined) return text`process ${pid}, another bridge`;
  return text`process ${pid} on ${host}, another bridge (config ${configFile})`;
}
