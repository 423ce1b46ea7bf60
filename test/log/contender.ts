// A process that locks a data folder when it is told to, and keeps it until it is told to let go. Used by
// `folder-lock.test.ts`.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { FolderLock } from '../../src/log/embedded/folder-lock.ts';
import { BridgeError } from '../../src/support/errors.ts';

let lock: FolderLock | undefined;

process.on('message', (message: { readonly take: string } | 'release') => void answer(message));
process.send?.('ready');

async function answer(message: { readonly take: string } | 'release'): Promise<void> {
  if (message === 'release') {
    lock?.release();
    lock = undefined;
    process.send?.('released');
    return;
  }
  const dataDir = message.take;
  mkdirSync(join(dataDir, 'events'), { recursive: true });
  try {
    lock = await FolderLock.take({ dataDir, folder: join(dataDir, 'events'), configFile: '/srv/bridge/config.yml' });
    process.send?.('taken');
  } catch (error) {
    process.send?.(error instanceof BridgeError ? `${error.code} ${error.message}` : `failed ${String(error)}`);
  }
}
