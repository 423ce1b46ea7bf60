import { closeSync, constants, fstatSync, openSync, readSync, statSync } from 'node:fs';

/**
 * The bytes of a regular file. Unlike `readFile` it never waits for the writer of a pipe, and never reads a device that
 * has no end.
 *
 * @throws An error with the code of the system; EISDIR for a folder; {@link NO_REGULAR_FILE} for a pipe, a socket or a
 *   device; EFBIG for a file that is larger than `maxBytes`.
 */
export function readRegularFile(file: string, maxBytes: number): Buffer {
  // Check before opening, since opening a device may already do something.
  checkKind(statSync(file), file);
  const descriptor = openSync(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const stats = fstatSync(descriptor);
    checkKind(stats, file);
    if (stats.size > maxBytes) throw new FileError('EFBIG', `${file} has ${stats.size} bytes`);
    return readToEnd(descriptor, { file, size: stats.size, maxBytes });
  } finally {
    closeSync(descriptor);
  }
}

/** The error code for a pipe, a socket or a device. */
export const NO_REGULAR_FILE = 'NO_REGULAR_FILE';

/** Like Node's own errors. */
class FileError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

function checkKind(stats: { isFile(): boolean; isDirectory(): boolean }, file: string): void {
  if (stats.isFile()) return;
  if (stats.isDirectory()) throw new FileError('EISDIR', `${file} is a folder`);
  throw new FileError(NO_REGULAR_FILE, `${file} is no regular file`);
}

interface Extent {
  readonly file: string;
  /** Files in /proc say 0. */
  readonly size: number;
  readonly maxBytes: number;
}

function readToEnd(descriptor: number, { file, size, maxBytes }: Extent): Buffer {
  // One byte more than the size, so that the end is seen without another read.
  let bytes = Buffer.allocUnsafe(Math.max(size + 1, MIN_READ_BYTES));
  let length = 0;
  for (;;) {
    const count = readSync(descriptor, bytes, length, bytes.length - length, null);
    length += count;
    if (count === 0) return bytes.subarray(0, length);
    if (length > maxBytes) throw new FileError('EFBIG', `${file} has more than ${maxBytes} bytes`);
    if (length === bytes.length) bytes = Buffer.concat([bytes], bytes.length * 2);
  }
}

const MIN_READ_BYTES = 4096;
