import { randomBytes } from 'node:crypto';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Logger } from '../../support/logger.ts';

export interface AdminToken {
  readonly token: string;
  /** Where a generated token can be read; absent for a configured one and for one that could not be stored. */
  readonly file?: string;
}

/** What a header can carry. */
const SOUND = /^[\x21-\x7e]{16,}$/;

/**
 * The token of the admin listener: the configured one, or one that is generated once and kept in
 * `<dataDir>/admin-token`. Where it can't be kept, it lasts until the daemon stops, and a warning says so.
 */
export async function loadAdminToken(
  dataDir: string,
  configured: string | undefined,
  logger: Logger,
): Promise<AdminToken> {
  if (configured !== undefined) return { token: configured };
  const file = join(dataDir, 'admin-token');
  try {
    return { token: (await storedToken(file)) ?? (await storeToken(file, dataDir)), file };
  } catch (error) {
    logger.warn('the admin token could not be stored, a new one holds until the stop; set admin.token', {
      file,
      error,
    });
    return { token: newToken() };
  }
}

/** Undefined where there is none yet, or where a crash left half of one. */
async function storedToken(file: string): Promise<string | undefined> {
  try {
    const token = (await readFile(file, 'utf8')).trim();
    await chmod(file, 0o600).catch(() => {
      // The file belongs to another user, who lets this user read it.
    });
    return SOUND.test(token) ? token : undefined;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

async function storeToken(file: string, dataDir: string): Promise<string> {
  const token = newToken();
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  await writeFile(file, `${token}\n`, { mode: 0o600 });
  return token;
}

function newToken(): string {
  return randomBytes(32).toString('base64url');
}
