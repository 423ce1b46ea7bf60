import { randomBytes } from 'node:crypto';
import { sameSecret } from '../../support/same-secret.ts';

const MAX_AGE_MS = 2 * 60_000;

/** Codes that wait to be used; past it the oldest goes. */
const MAX_CODES = 8;

/** The codes of login links: each is good once, for two minutes. */
export class LoginCodes {
  /** When each ends, oldest first. */
  readonly #codes = new Map<string, number>();

  /** @param now Milliseconds of a clock that never jumps. */
  issue(now: number): string {
    const [oldest] = this.#codes.keys();
    if (oldest !== undefined && this.#codes.size >= MAX_CODES) this.#codes.delete(oldest);
    const code = randomBytes(24).toString('base64url');
    this.#codes.set(code, now + MAX_AGE_MS);
    return code;
  }

  /** Whether the code is good, for this once. */
  redeem(given: string, now: number): boolean {
    for (const [code, until] of this.#codes) {
      if (!sameSecret(given, code)) continue;
      this.#codes.delete(code);
      return until > now;
    }
    return false;
  }
}
