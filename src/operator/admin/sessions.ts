import { createHmac, randomBytes } from 'node:crypto';
import { sameSecret } from '../../support/same-secret.ts';
import type { EndedSessions } from './ended-sessions.ts';

/** After it the dashboard asks for the token again. */
const MAX_AGE_MS = 7 * 24 * 3_600_000;

/** The clock may have been set back by this much since a session began. */
const CLOCK_MARGIN_MS = 24 * 3_600_000;

const FORM = /^(\d{1,15})\.([\w-]{22})\.([\w-]{43})$/;

/**
 * Who is logged in by a browser. A session is its cookie alone: when it ends, signed with a key made of the admin token. So it costs no
 * memory, outlives a restart of the daemon, and ends with a changed token.
 */
export class Sessions {
  readonly #key: Buffer;
  readonly #ended: EndedSessions;

  constructor(token: string, ended: EndedSessions) {
    this.#ended = ended;
    this.#key = createHmac('sha256', token).update('sessions of the QQBridge dashboard').digest();
  }

  /** Begins one; returns the value of its cookie. @param now Milliseconds since the epoch. */
  begin(now: number): string {
    const signed = `${now + MAX_AGE_MS}.${randomBytes(16).toString('base64url')}`;
    return `${signed}.${this.#sign(signed)}`;
  }

  holds(cookie: string, now: number): boolean {
    const [, until = '', nonce = '', signature = ''] = FORM.exec(cookie) ?? [];
    if (!sameSecret(signature, this.#sign(`${until}.${nonce}`))) return false;
    // A session that began while the clock was far ahead would last for years.
    const leftMs = Number(until) - now;
    if (leftMs <= 0 || leftMs > MAX_AGE_MS + CLOCK_MARGIN_MS) return false;
    return !this.#ended.has({ cookie, begunAt: Number(until) - MAX_AGE_MS });
  }

  /** Ends a session before its time. It also stays ended after a restart. */
  end(cookie: string, now: number): void {
    if (this.holds(cookie, now)) this.#ended.add({ cookie, until: Number(cookie.split('.', 1)[0]), now });
  }

  #sign(text: string): string {
    return createHmac('sha256', this.#key).update(text).digest('base64url');
  }
}

/**
 * `Set-Cookie` of a session, or without one of its end. A browser sends cookies to every port of a host, so that the name tells
 * several bridges on one machine apart.
 */
export function sessionCookie(session: string | undefined, { port, isSecure }: CookieFor): string {
  const age = session === undefined ? 0 : MAX_AGE_MS / 1_000;
  const secure = isSecure ? '; Secure' : '';
  return `${cookieName(port)}=${session ?? ''}; Path=/; Max-Age=${age}; HttpOnly; SameSite=Strict${secure}`;
}

/** The session that a `Cookie` header names. */
export function sessionIn(header: string | undefined, port: number): string | undefined {
  const name = `${cookieName(port)}=`;
  const found = header?.split(';').find((part) => part.trim().startsWith(name));
  return found?.trim().slice(name.length);
}

interface CookieFor {
  /** Of the listener. */
  readonly port: number;
  /** The page came by https. */
  readonly isSecure: boolean;
}

function cookieName(port: number): string {
  return `qqbridge_${port}`;
}
