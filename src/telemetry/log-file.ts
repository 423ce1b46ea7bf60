import { type FileHandle, open, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { steadyNow } from '../support/clock.ts';
import { BridgeError } from '../support/errors.ts';
import type { LogFields } from '../support/logger.ts';
import { makeFolder } from '../support/make-folder.ts';
import { type Text, text, type Words } from '../support/text.ts';
import { pruneRotated, rotateAway } from './rotated-files.ts';

export interface LogFileSettings {
  readonly file: string;
  readonly maxSizeBytes: number;
  /** Days. The newest 14 files stay longer. */
  readonly keepDays: number;
}

export interface LogFileOptions {
  /** Told once when the file can't be written or rotated, and once when it can again. */
  readonly report: (level: 'warn' | 'info', message: Words, fields: LogFields) => void;
  /** How long to wait before a try after a failure. Default 5 s. */
  readonly retryMs?: number;
  /** True: the disk is not touched before {@link LogFile.begin}. Default false. */
  readonly isHeld?: boolean;
}

/** What may wait for the disk; newer lines are then dropped and counted. */
const MAX_WAITING_BYTES = 1024 * 1024;

const UNWRITABLE = text`the log file cannot be written, lines go to the console alone`;
const UNROTATABLE = text`the log file cannot be rotated, lines are added to it as it is`;

/**
 * The log file and its rotation. Winston's own File transport can't be told these names, nor to rotate at a start.
 *
 * One loop writes the waiting lines in order and rotates between two writes, so that no line is lost or torn. A
 * failure of the disk ends the loop for a while: what waits is kept up to a bound, and the loop goes on from the very
 * byte it had reached. Nothing here throws.
 */
export class LogFile {
  #settings: LogFileSettings;
  readonly #report: LogFileOptions['report'];
  readonly #retryMs: number;

  #lines: string[] = [];
  #waitingBytes = 0;
  /** What is being written, less what already was. */
  #rest = Buffer.alloc(0);

  #open: { readonly file: string; readonly handle: FileHandle; size: number } | undefined;
  /** The file whose last run was moved away. */
  #begun: string | undefined;
  #rotateAgainAt = 0;
  #loop: Promise<void> | undefined;
  #retry: NodeJS.Timeout | undefined;
  readonly #faults = new Set<Text>();
  #lost = 0;
  #closed = false;
  #isHeld: boolean;

  constructor(settings: LogFileSettings, options: LogFileOptions) {
    this.#settings = settings;
    this.#report = options.report;
    this.#retryMs = options.retryMs ?? 5_000;
    this.#isHeld = options.isHeld ?? false;
  }

  /** Writes the lines that wait, if the log file was made with `isHeld`. */
  begin(): void {
    this.#isHeld = false;
    this.#run();
  }

  /** Takes effect at the next line. */
  configure(settings: LogFileSettings): void {
    this.#settings = settings;
  }

  /** Adds a line, given without its line end. Returns at once. */
  write(line: string): void {
    const bytes = Buffer.byteLength(line) + 1;
    if (this.#closed || this.#waitingBytes + bytes > MAX_WAITING_BYTES) {
      this.#lost += 1;
      return;
    }
    this.#lines.push(`${line}\n`);
    this.#waitingBytes += bytes;
    if (this.#retry === undefined) this.#run();
  }

  /**
   * Writes the waiting lines, as far as the disk allows, and closes the file. A file that is still held is not touched.
   */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#retry);
    this.#run();
    await this.#loop;
    clearTimeout(this.#retry);
    await this.#closeFile();
  }

  #run(): void {
    this.#retry = undefined;
    if (!this.#isHeld && this.#loop === undefined && this.#waitingBytes > 0) this.#loop = this.#writeAll();
  }

  async #writeAll(): Promise<void> {
    try {
      while (this.#waitingBytes > 0) {
        await this.#openFile();
        if (this.#rest.length === 0) await this.#takeBatch();
        await this.#writeRest();
      }
    } catch (error) {
      this.#say(UNWRITABLE, error);
      await this.#closeFile();
      this.#retry = setTimeout(() => this.#run(), this.#retryMs).unref();
    } finally {
      this.#loop = undefined;
    }
  }

  async #openFile(): Promise<void> {
    const { file, keepDays } = this.#settings;
    if (this.#open?.file === file) return;
    await this.#closeFile();
    await makeFolder(dirname(file));
    const fault = this.#begun === file ? undefined : await moveLastRunAway(file, keepDays);
    // At debug level the file has the messages of people, so only its owner may read it. Also corrects the mode of a
    // file that an earlier version has made.
    const handle = await open(file, 'a', 0o600);
    await handle.chmod(0o600).catch(() => {
      // Another user may own the file, or its file system may have no modes. The lines are written nevertheless.
    });
    this.#begun = file;
    this.#open = { file, handle, size: (await handle.stat()).size };
    if (fault !== undefined) this.#say(UNROTATABLE, fault);
  }

  async #closeFile(): Promise<void> {
    await this.#open?.handle.close().catch(() => {
      // What was written stays written, and the next line finds out whether the disk is well.
    });
    this.#open = undefined;
  }

  /** Takes as many lines as the file has room for, rotating it first when there is room for none. */
  async #takeBatch(): Promise<void> {
    const { maxSizeBytes } = this.#settings;
    const first = Buffer.byteLength(this.#lines[0] ?? '');
    if (this.#size > 0 && this.#size + first > maxSizeBytes && steadyNow() >= this.#rotateAgainAt) {
      await this.#rotate();
      await this.#openFile();
    }
    let count = 1;
    let bytes = first;
    for (; count < this.#lines.length; count += 1) {
      bytes += Buffer.byteLength(this.#lines[count] ?? '');
      if (this.#size + bytes > maxSizeBytes) break;
    }
    this.#rest = Buffer.from(this.#lines.splice(0, count).join(''));
  }

  get #size(): number {
    return this.#open?.size ?? 0;
  }

  /** Moves the file away, unless someone else, another daemon or logrotate, did so already. */
  async #rotate(): Promise<void> {
    const { file, keepDays } = this.#settings;
    const mine = await this.#open?.handle.stat();
    await this.#closeFile();
    try {
      const there = await stat(file).catch(() => undefined);
      if (there?.isFile() && there.ino === mine?.ino && there.dev === mine.dev) await rotateAway(file);
      await pruneRotated(file, keepDays);
      this.#faults.delete(UNROTATABLE);
    } catch (error) {
      this.#rotateAgainAt = steadyNow() + this.#retryMs;
      this.#say(UNROTATABLE, error);
    }
  }

  async #writeRest(): Promise<void> {
    if (this.#open === undefined) return;
    while (this.#rest.length > 0) {
      const { bytesWritten } = await this.#open.handle.write(this.#rest);
      this.#open.size += bytesWritten;
      this.#waitingBytes -= bytesWritten;
      this.#rest = this.#rest.subarray(bytesWritten);
    }
    this.#sayRecovered();
  }

  /** Each fault is said once, until it is over. */
  #say(fault: Text, error: unknown): void {
    if (this.#faults.has(fault)) return;
    this.#faults.add(fault);
    this.#report('warn', fault, { file: this.#settings.file, error });
  }

  #sayRecovered(): void {
    if (this.#faults.delete(UNWRITABLE)) {
      this.#report('info', text`the log file is written again`, { file: this.#settings.file });
    }
    if (this.#lost > 0) {
      const lines = this.#lost;
      this.#lost = 0;
      this.#report('warn', text`lines were lost to the log file`, { lines });
    }
  }
}

/** The last run's file gets a name of its own. Returns what went wrong: the file is then written on. */
async function moveLastRunAway(file: string, keepDays: number): Promise<unknown> {
  try {
    const last = await stat(file).catch(() => undefined);
    if (last?.isFile() && last.size > 0) await rotateAway(file);
    await pruneRotated(file, keepDays);
    return undefined;
  } catch (error) {
    return error;
  }
}

/**
 * Finds out whether a log file can be opened, and makes it if it does not exist.
 *
 * @throws BridgeError HOME_UNWRITABLE.
 */
export async function tryLogFile(file: string): Promise<void> {
  try {
    await makeFolder(dirname(file));
    await (await open(file, 'a', 0o600)).close();
  } catch (error) {
    throw new BridgeError('HOME_UNWRITABLE', text`the log file ${file} can't be written: ${String(error)}`, {
      cause: error,
    });
  }
}
