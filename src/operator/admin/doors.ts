import type { IncomingMessage } from 'node:http';
import type { RequestHandler, Response } from 'express';
import { readAuthorization } from '../../onebot/identity.ts';
import { type BrowserVerdict, guardBrowser, hasTwoHosts } from '../../support/browser-guard.ts';
import { steadyNow } from '../../support/clock.ts';
import type { Logger } from '../../support/logger.ts';
import { type RefusalWords, refusalFields } from '../../support/refusal-fields.ts';
import { sameSecret } from '../../support/same-secret.ts';
import { text, type Words } from '../../support/text.ts';
import { AttemptLimit } from './attempt-limit.ts';
import { type Sessions, sessionIn } from './sessions.ts';

/** The log line for each request that the admin listener refuses. */
export const REFUSED = text`a request to the admin listener was refused`;

/** Refuses requests with a malformed head, and logs every refusal of the later routes. */
export function checkHead(logger: Logger): RequestHandler {
  return (request, response, next) => {
    response.once('close', () => {
      const refusal: RefusalWords | undefined = response.locals['refusal'];
      if (refusal === undefined) return;
      // Browsers ask for some paths by themselves, so a path that does not exist is no reason to warn.
      logger[refusal.status === 404 ? 'debug' : 'warn'](REFUSED, refusalFields(request, refusal));
    });
    if (hasTwoHosts(request.rawHeaders)) refuse(response, 400, text`Host stands in it twice`);
    else if (request.headers.host === undefined && request.httpVersion === '1.1') {
      refuse(response, 400, text`Host is missing`);
    } else next();
  };
}

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
    else refuseBrowser(response, verdict);
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
    else refuseBrowser(response, verdict);
  };
}

/** A header that only the dashboard's own scripts can send: forms can't, and a script of another origin is asked first. */
const OWN_SCRIPT = 'x-qqbridge-dashboard';

export interface TokenDoorOptions {
  readonly token: string;
  readonly sessions: Sessions;
  readonly hostCheck: HostCheck;
}

/** Where the token, or a session that was begun with it, is demanded. */
export class TokenDoor {
  readonly #options: TokenDoorOptions;
  readonly #limit = new AttemptLimit();
  /** How many answers to wrong tokens are held back now. */
  #held = 0;

  constructor(options: TokenDoorOptions) {
    this.#options = options;
  }

  /** Lets in who shows one. A missing token is no attempt: a browser and `curl` begin without. */
  readonly handler: RequestHandler = (request, response, next) => {
    const shown = readAuthorization(request.headers);
    if (shown === undefined && this.session(request) !== undefined) {
      if (this.#mayUseCookie(request, response)) next();
    } else if (shown === undefined) {
      response.set('WWW-Authenticate', 'Bearer');
      refuseWith(response, {
        status: 401,
        reason: text`the token is missing: send Authorization: Bearer`,
        cure: TOKEN_PLACE,
      });
    } else if (sameSecret(shown, this.#options.token)) {
      next();
    } else {
      this.refuseWrong(request, response, text`the token is wrong`);
    }
  };

  /** The session whose cookie a request brings along, if it still holds. */
  session({ headers, socket }: IncomingMessage): string | undefined {
    const cookie = sessionIn(headers.cookie, socket.localPort ?? 0);
    return cookie !== undefined && this.#options.sessions.holds(cookie, Date.now()) ? cookie : undefined;
  }

  /**
   * Refuses a wrong token, and slowly if one address sends many. The right token is never slowed: behind a proxy the
   * owner has the same address as somebody who guesses tokens, and must not be locked out.
   */
  refuseWrong({ socket: { remoteAddress: remote = '' } }: IncomingMessage, response: Response, reason: Words): void {
    const waitMs = this.#limit.waitMs(remote, steadyNow());
    this.#limit.failed(remote, steadyNow());
    if (waitMs <= 0) {
      refuseWith(response, { status: 403, reason, cure: TOKEN_PLACE });
      return;
    }
    response.set({ 'Retry-After': String(Math.ceil(waitMs / 1_000)), Connection: 'close' });
    if (this.#held >= MAX_HELD) {
      refuse(response, 429, text`too many wrong tokens`);
      return;
    }
    this.#held += 1;
    const later = setTimeout(() => refuse(response, 429, text`too many wrong tokens`), HOLD_MS);
    response.once('close', () => {
      clearTimeout(later);
      this.#held -= 1;
    });
  }

  /** A cookie is sent by the browser alone: whoever made it do so must be the dashboard. */
  #mayUseCookie({ headers, method }: IncomingMessage, response: Response): boolean {
    const { hostCheck } = this.#options;
    const verdict = guardBrowser(headers, { allowedOrigins: [], ownPages: true, hostCheck });
    if (verdict.kind === 'refused') {
      refuseBrowser(response, verdict);
      return false;
    }
    if (method === 'GET' || method === 'HEAD' || headers[OWN_SCRIPT] !== undefined) return true;
    refuse(response, 403, text`with a cookie the header X-QQBridge-Dashboard is needed`);
    return false;
  }
}

/** After too many wrong tokens of one address, each further one is answered after this time. */
const HOLD_MS = 1_000;

/** A quarter of the connections that may be open. The others stay free for the owner. */
const MAX_HELD = 64;

const TOKEN_PLACE = text`it is admin.token of the config, or stands in admin-token in the data folder`;

function refuseBrowser(response: Response, { cause, reason }: Extract<BrowserVerdict, { kind: 'refused' }>): void {
  refuseWith(response, { status: 403, reason, cure: cause === 'host' ? FOREIGN_HOST : FOREIGN_PAGE });
}

const FOREIGN_HOST = text`open it by its address, by localhost or by the name in admin.host`;
const FOREIGN_PAGE = text`only its own pages may use it, opened by the very address that they are served at`;

/** Refuses a request with one sentence as JSON, and logs the refusal. */
export function refuse(response: Response, status: number, reason: Words): void {
  refuseWith(response, { status, reason });
}

function refuseWith(response: Response, refusal: RefusalWords): void {
  const { status, reason, cure } = refusal;
  response.locals['refusal'] = refusal;
  response.status(status).json({ error: String(reason), ...(cure === undefined ? {} : { cure: String(cure) }) });
}
