import type { IncomingMessage } from 'node:http';
import type { RequestHandler, Response } from 'express';
import { guardBrowser } from '../../support/browser-guard.ts';
import { steadyNow } from '../../support/clock.ts';
import type { Logger } from '../../support/logger.ts';
import { sameSecret } from '../../support/same-secret.ts';
import { AttemptLimit } from './attempt-limit.ts';
import { type Sessions, sessionIn } from './sessions.ts';

/** What is asked of a listener's Host where no token is. */
export interface HostCheck {
  readonly configuredHost: string;
}

/** Lets no page of another site in. The Host is checked where no token is asked for. */
export function browserDoor(hostCheck?: HostCheck): RequestHandler {
  const options = { allowedOrigins: [], ownPages: true, ...(hostCheck === undefined ? {} : { hostCheck }) };
  return (request, response, next) => {
    const verdict = guardBrowser(request.headers, options);
    if (verdict.kind === 'allowed') next();
    else refuse(response, 403, verdict.reason);
  };
}

/** The same, but a link on any site may lead here: for the page itself, which holds nothing. */
export function pageDoor(hostCheck: HostCheck): RequestHandler {
  const options = { allowedOrigins: [], ownPages: true, hostCheck };
  return ({ headers }, response, next) => {
    const isVisit = headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document';
    const { 'sec-fetch-site': _site, ...others } = headers;
    const verdict = guardBrowser(isVisit ? others : headers, options);
    if (verdict.kind === 'allowed') next();
    else refuse(response, 403, verdict.reason);
  };
}

/** A header that only the dashboard's own scripts can send: forms can't, and a script of another origin is asked first. */
const OWN_SCRIPT = 'x-qqbridge-dashboard';

export interface TokenDoorOptions {
  readonly token: string;
  readonly sessions: Sessions;
  readonly hostCheck: HostCheck;
  readonly logger: Logger;
}

/** Where the token, or a session that was begun with it, is demanded. */
export class TokenDoor {
  readonly #options: TokenDoorOptions;
  readonly #limit = new AttemptLimit();

  constructor(options: TokenDoorOptions) {
    this.#options = options;
  }

  /** Lets in who shows one. A missing token is no attempt: a browser and `curl` begin without. */
  readonly handler: RequestHandler = (request, response, next) => {
    const shown = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
    if (shown === undefined && this.session(request) !== undefined) {
      const reason = this.#objection(request);
      if (reason === undefined) next();
      else refuse(response, 403, reason);
      return;
    }
    if (this.isShut(request, response)) return;
    if (shown === undefined) {
      response.set('WWW-Authenticate', 'Bearer');
      refuse(response, 401, 'the token is missing: send Authorization: Bearer');
    } else if (sameSecret(shown, this.#options.token)) {
      next();
    } else {
      this.failed(request);
      refuse(response, 403, 'the token is wrong');
    }
  };

  /** The session whose cookie a request brings along, if it still holds. */
  session({ headers, socket }: IncomingMessage): string | undefined {
    const cookie = sessionIn(headers.cookie, socket.localPort ?? 0);
    return cookie !== undefined && this.#options.sessions.holds(cookie, Date.now()) ? cookie : undefined;
  }

  /** Whether that peer has guessed too often; it is answered then. */
  isShut({ socket }: IncomingMessage, response: Response): boolean {
    const waitMs = this.#limit.waitMs(socket.remoteAddress ?? '', steadyNow());
    if (waitMs <= 0) return false;
    response.set('Retry-After', String(Math.ceil(waitMs / 1_000)));
    refuse(response, 429, 'too many wrong tokens');
    return true;
  }

  /** Counts a wrong token. */
  failed({ socket: { remoteAddress: remote = '' } }: IncomingMessage): void {
    this.#limit.failed(remote, steadyNow());
    this.#options.logger.warn('a wrong token was shown to the admin listener', { remote });
  }

  /** A cookie is sent by the browser alone: whoever made it do so must be the dashboard. */
  #objection({ headers, method }: IncomingMessage): string | undefined {
    const { hostCheck } = this.#options;
    const verdict = guardBrowser(headers, { allowedOrigins: [], ownPages: true, hostCheck });
    if (verdict.kind === 'refused') return verdict.reason;
    if (method === 'GET' || method === 'HEAD' || headers[OWN_SCRIPT] !== undefined) return undefined;
    return 'with a cookie the header X-QQBridge-Dashboard is needed';
  }
}

/** Every refusal is JSON with one sentence. */
export function refuse(response: Response, status: number, error: string): void {
  response.status(status).json({ error });
}
