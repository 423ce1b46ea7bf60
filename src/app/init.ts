import { readFile } from 'node:fs/promises';
import { importFilter } from '../config/import-filter.ts';

/**
 * `qqbridge init --filter FILE`: prints a filter of go-cqhttp as one for an entry of `server_list`.
 *
 * @returns The exit status: 2 when it can't be read or said in our words.
 */
export async function printImportedFilter(file: string): Promise<number> {
  let text: Buffer;
  try {
    text = await readFile(file);
  } catch (error) {
    process.stderr.write(
      `qqbridge: ${file} can't be read: ${error instanceof Error ? error.message : String(error)}\n`,
    );
    return 2;
  }
  const outcome = importFilter(text);
  if (outcome.kind === 'faulty') {
    process.stderr.write(`qqbridge: ${file}: ${outcome.reason}\n`);
    return 2;
  }
  process.stdout.write(`# From ${file}; it belongs into an entry of server_list.\n${outcome.yaml}`);
  return 0;
}
