import { statSync } from 'node:fs';
import { NO_REGULAR_FILE, readRegularFile } from '../support/regular-file.ts';
import { type Text, text } from '../support/text.ts';
import type { Findings } from './findings.ts';

/** A config is a few kB. Anything larger is the wrong file. */
const MAX_BYTES = 1024 * 1024;

const READ_FAILURES: Readonly<Record<string, Text>> = {
  ENOENT: text`no file`,
  EISDIR: text`a folder`,
  [NO_REGULAR_FILE]: text`a pipe, a socket or a device`,
  ENXIO: text`a pipe, a socket or a device`,
  EACCES: text`a file that may not be read (permission denied)`,
  EPERM: text`a file that may not be read (operation not permitted)`,
};

/** The text of the config file, or nothing when it can't be read as text; `findings` say why. */
export function readConfigText(file: string, findings: Findings): string | undefined {
  const spot = { place: {}, path: [] };
  const allowed = text`a YAML file that may be read`;
  let bytes: Buffer;
  try {
    bytes = readRegularFile(file, MAX_BYTES);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error);
    if (code === 'EFBIG') {
      findings.fault(spot, text`a file of ${statSync(file).size} bytes`, text`${MAX_BYTES} bytes at most`);
      return undefined;
    }
    findings.fault(spot, READ_FAILURES[code] ?? text`a file that can't be read (${code})`, allowed);
    return undefined;
  }
  return decode(bytes, findings);
}

/** UTF-8 or, with its byte order mark, UTF-16, as editors on Windows save it. */
function decode(bytes: Buffer, findings: Findings): string | undefined {
  const mark = bytes.subarray(0, 2).toString('hex');
  const encoding = mark === 'fffe' ? 'utf-16le' : mark === 'feff' ? 'utf-16be' : 'utf-8';
  const decoded = tryDecode(bytes, encoding);
  if (decoded === undefined) {
    const place = encoding === 'utf-8' ? { line: firstBrokenLine(bytes) } : {};
    findings.fault({ place, path: [] }, text`text that is not ${encoding} (GBK perhaps)`, text`a file saved as UTF-8`);
  }
  return decoded;
}

function firstBrokenLine(bytes: Buffer): number {
  const lines = bytes.toString('latin1').split('\n');
  return lines.findIndex((line) => tryDecode(Buffer.from(line, 'latin1'), 'utf-8') === undefined) + 1;
}

function tryDecode(bytes: Buffer, encoding: string): string | undefined {
  try {
    // Takes a byte order mark off.
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    // The decoder's only failure is text of another encoding, which is what the caller asks about.
    return undefined;
  }
}
