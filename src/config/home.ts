import { mkdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { exampleConfig } from './example.ts';
import { configJsonSchema } from './schema.ts';

/** Where the config lies unless the command line says otherwise, from the working folder. */
export const DEFAULT_CONFIG_FILE = 'config/config.yml';

/** The folder of `data/` and `logs/`: the config file's own, or its parent where that one is named `config`. Absolute. */
export function homeOf(configFile: string): string {
  const folder = dirname(resolve(configFile));
  return basename(folder) === 'config' ? dirname(folder) : folder;
}

/**
 * Writes a commented config with the defaults, for its owner alone: it will hold tokens. Its schema is put beside it,
 * so that editors complete and check its keys without a network. Fails with `EEXIST` rather than touch a config.
 */
export async function writeDefaultConfig(file: string): Promise<void> {
  await mkdir(dirname(resolve(file)), { recursive: true });
  await writeFile(file, exampleConfig(), { flag: 'wx', mode: 0o600 });
  const schema = join(dirname(resolve(file)), 'schema.json');
  await writeFile(schema, schemaText(), { flag: 'wx' }).catch(() => {
    // A schema that is there already may be newer or the user's own; without one the config works as well.
  });
}

/** `config/schema.json`, as `qqbridge schema` prints it. */
export function schemaText(): string {
  return `${JSON.stringify(configJsonSchema(), undefined, 2)}\n`;
}
