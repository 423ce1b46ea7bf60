import { type Request, type Response, Router } from 'express';
import { steadyNow } from '../../support/clock.ts';
import type { Logger } from '../../support/logger.ts';
import { sameSecret } from '../../support/same-secret.ts';
import { text } from '../../support/text.ts';
import { browserDoor, type HostCheck, refuse, type TokenDoor } from './doors.ts';
import { jsonBody } from './json-body.ts';
import type { LoginCodes } from './login-codes.ts';
import { type Sessions, sessionCookie } from './sessions.ts';

export interface LoginRoutesOptions {
  readonly token: string;
  readonly door: TokenDoor;
  readonly sessions: Sessions;
  readonly codes: LoginCodes;
  readonly hostCheck: HostCheck;
  /** The language of the page until its reader chooses one. */
  readonly pageLanguage: () => 'en' | 'zh' | undefined;
  readonly logger: Logger;
}

/** `POST /api/login` with the token or the code of a login link begins a session, `POST /api/logout` ends it. */
export function loginRoutes(options: LoginRoutesOptions): Router {
  const { hostCheck, door, sessions, pageLanguage } = options;
  const router = Router();
  router.post('/login', browserDoor(hostCheck), jsonBody(4 * 1024), (request, response) =>
    logIn(request, response, options),
  );
  // No refusal where there is none: the page asks before it shows anything.
  router.get('/session', browserDoor(hostCheck), (request, response) => {
    // JSON leaves undefined fields out.
    response.json({ loggedIn: door.session(request) !== undefined, language: pageLanguage() });
  });
  router.post('/logout', browserDoor(hostCheck), door.handler, (request, response) => {
    const session = door.session(request);
    if (session !== undefined) sessions.end(session, Date.now());
    response
      .set('Set-Cookie', sessionCookie(undefined, cookieFor(request)))
      .status(204)
      .end();
  });
  return router;
}

function logIn(
  request: Request,
  response: Response,
  { token, door, sessions, codes, logger }: LoginRoutesOptions,
): void {
  const shown: unknown = request.body?.token;
  const code: unknown = request.body?.code;
  if (typeof shown !== 'string' && typeof code !== 'string') {
    refuse(response, 400, text`expected JSON like {"token": "..."}`);
    return;
  }
  const isRight = typeof shown === 'string' ? sameSecret(shown.trim(), token) : codes.redeem(String(code), steadyNow());
  if (!isRight) {
    const reason = typeof shown === 'string' ? text`the token is wrong` : text`the link is used up or too old`;
    door.refuseWrong(request, response, reason);
    return;
  }
  logger.info('a browser has logged in', { remote: request.socket.remoteAddress });
  response
    .set('Set-Cookie', sessionCookie(sessions.begin(Date.now()), cookieFor(request)))
    .status(204)
    .end();
}

/** A page that came by https, through a proxy: its Origin says so, or the proxy does. */
function cookieFor({ headers, socket }: Request): { port: number; isSecure: boolean } {
  const isSecure = /^https:/i.test(headers.origin ?? '') || headers['x-forwarded-proto'] === 'https';
  return { port: socket.localPort ?? 0, isSecure };
}
