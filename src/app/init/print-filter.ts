import { readFile } from 'node:fs/promises';
import { importFilter } from '../../config/import-filter.ts';
import { languageOfEnvironment } from '../../config/language.ts';
import { speakIn } from '../../language/speak.ts';
import { errorWords } from '../../support/errors.ts';
import { type Text, text } from '../../support/text.ts';

/**
 * `qqbridge init --filter FILE`: prints a filter of go-cqhttp as one for an entry of `server_list`.
 *
 * @returns The exit status: 2 when it can't be read or said in our words.
 */
export async function printImportedFilter(file: string): Promise<number> {
  const speak = speakIn(languageOfEnvironment());
  const complain = (words: Text) => process.stderr.write(`qqbridge: ${speak(words)}\n`);
  let json: Buffer;
  try {
    json = await readFile(file);
  } catch (error) {
    complain(text`${file} can't be read: ${errorWords(error)}`);
    return 2;
  }
  const outcome = importFilter(json);
  if (outcome.kind === 'faulty') {
    complain(text`${file}: ${outcome.reason}`);
    return 2;
  }
  process.stdout.write(`# ${speak(text`From ${file}; it belongs into an entry of server_list.`)}\n${outcome.yaml}`);
  return 0;
}
