import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Logger } from '../../support/logger.ts';
import { errorCode } from '../../support/network-error.ts';
import { text } from '../../support/text.ts';

/** Sessions that a logout ended before their time. When there are more, all earlier sessions end. */
const MAX_ENDED = 1_000;

/**
 * The sessions that a logout ended before their time. They are kept in a file, so that a logout outlives a restart of
 * the daemon. The file has hashes of the cookies, not the cookies.
 */
export class EndedSessions {
  readonly #file: string;
  readonly #logger: Logger;
  /** When each session would have ended by itself, by the hash of its cookie. */
  readonly #ended: Map<string, number>;
  /** Sessions that began before this time have ended. Milliseconds since the epoch. */
  #notBefore: number;

  constructor(file: string, logger: Logger) {
    this.#file = file;
    this.#logger = logger;
    const { notBefore, ended } = this.#read();
    this.#notBefore = notBefore;
    this.#ended = ended;
  }

  has({ cookie, begunAt }: { readonly cookie: string; readonly begunAt: number }): boolean {
    return begunAt < this.#notBefore || this.#ended.has(hashOf(cookie));
  }

  /** Writes the file before it returns, so that a person who is told of the logout is really logged out. */
  add({ cookie, until, now }: { readonly cookie: string; readonly until: number; readonly now: number }): void {
    for (const [hash, end] of this.#ended) if (end <= now) this.#ended.delete(hash);
    if (this.#ended.size >= MAX_ENDED) {
      this.#ended.clear();
      // A session that begins in this very millisecond is valid.
      this.#notBefore = now;
    }
    this.#ended.set(hashOf(cookie), until);
    this.#write();
  }

  #read(): { notBefore: number; ended: Map<string, number> } {
    let stored = '';
    try {
      stored = readFileSync(this.#file, 'utf8');
    } catch (error) {
      if (errorCode(error) !== 'ENOENT') this.#logger.warn(UNREADABLE, { file: this.#file, error });
    }
    const [first = '', ...lines] = stored.split('\n');
    const ended = lines.flatMap((line): [string, number][] => {
      const [, hash, until] = /^([\w-]{43}) (\d{1,15})$/.exec(line) ?? [];
      return hash === undefined ? [] : [[hash, Number(until)]];
    });
    return { notBefore: Number(/^not before (\d{1,15})$/.exec(first)?.[1] ?? 0), ended: new Map(ended) };
  }

  #write(): void {
    const lines = [`not before ${this.#notBefore}`, ...[...this.#ended].map(([hash, until]) => `${hash} ${until}`)];
    const next = `${this.#file}.new`;
    try {
      mkdirSync(dirname(this.#file), { recursive: true, mode: 0o700 });
      writeFileSync(next, `${lines.join('\n')}\n`, { mode: 0o600 });
      // A file that was left there by an earlier write may have had another mode.
      chmodSync(next, 0o600);
      renameSync(next, this.#file);
    } catch (error) {
      this.#logger.warn(UNWRITABLE, { file: this.#file, error });
    }
  }
}

const UNREADABLE = text`can't read which sessions of the dashboard were logged out: they are valid again`;
const UNWRITABLE = text`can't write a logout of the dashboard to disk: it only holds until the daemon stops`;

function hashOf(cookie: string): string {
  return createHash('sha256').update(cookie).digest('base64url');
}
