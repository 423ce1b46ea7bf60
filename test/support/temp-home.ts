import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Cleanup } from './cleanup.ts';

export interface TempHome {
  /** Holds `config/`, `data/` and `logs/`. */
  readonly dir: string;
  /** `<dir>/config/config.yml`; the folder is there, the file is not. */
  readonly configFile: string;
}

/** A fresh home folder for one daemon, removed after the test. */
export async function tempHome(t: Cleanup): Promise<TempHome> {
  const dir = await mkdtemp(join(tmpdir(), 'qqbridge-'));
  t.after(() => rm(dir, { recursive: true, force: true, maxRetries: 5 }));
  await mkdir(join(dir, 'config'));
  return { dir, configFile: join(dir, 'config', 'config.yml') };
}
