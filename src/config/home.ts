import { constants, copyFile, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { Speak } from '../support/text.ts';
import { exampleConfig } from './example.ts';
import { configJsonSchema } from './json-schema.ts';

/** Where the config lies unless the command line says otherwise, from the working folder. */
export const DEFAULT_CONFIG_FILE = 'config/config.yml';

/** The folder of `data/` and `logs/`: the config file's own, or its parent where that one is named `config`. Absolute. */
export function homeOf(configFile: string): string {
  const folder = dirname(resolve(configFile));
  return basename(folder) === 'config' ? dirname(folder) : folder;
}

/**
 * Writes a config with the defaults; its comments are in the language of `speak`. Only its owner may read it, because
 * it will hold tokens. The schema is written beside it, so that editors complete and check its keys without a network.
 * Fails with `EEXIST` rather than touch a config.
 */
export async function writeDefaultConfig(file: string, speak: Speak): Promise<void> {
  await mkdir(dirname(resolve(file)), { recursive: true });
  await writeFile(file, exampleConfig(speak), { flag: 'wx', mode: 0o600 });
  const schema = join(dirname(resolve(file)), 'schema.json');
  await writeFile(schema, schemaText(), { flag: 'wx' }).catch(() => {
    // A schema that is there already may be newer or the user's own; without one the config works as well.
  });
}

/**
 * Writes a config in the place of what is there, which is kept beside it under another name.
 *
 * @returns That name; undefined where there was none.
 */
export async function replaceConfig(file: string, content: string): Promise<string | undefined> {
  await mkdir(dirname(resolve(file)), { recursive: true });
  const beside = `${file}.${process.pid}.new`;
  await writeFile(beside, content, { flag: 'wx', mode: 0o600 });
  try {
    const kept = await keepBeside(file);
    await rename(beside, file);
    const schema = join(dirname(resolve(file)), 'schema.json');
    await writeFile(schema, schemaText(), { flag: 'wx' }).catch(() => {
      // As above.
    });
    return kept;
  } catch (error) {
    await rm(beside, { force: true });
    throw error;
  }
}

/** `config.yml.old`, `config.yml.old-2`, ...: never over one that is there. */
async function keepBeside(file: string): Promise<string | undefined> {
  for (let count = 1; count < MAX_KEPT; count += 1) {
    const kept = count === 1 ? `${file}.old` : `${file}.old-${count}`;
    try {
      await copyFile(file, kept, constants.COPYFILE_EXCL);
      return kept;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT') return undefined;
      if (code !== 'EEXIST') throw error;
    }
  }
  throw new Error(`there are ${MAX_KEPT} old ones beside it`);
}

const MAX_KEPT = 100;

/** `config/schema.json`, as `qqbridge schema` prints it. */
export function schemaText(): string {
  return `${JSON.stringify(configJsonSchema(), undefined, 2)}\n`;
}
