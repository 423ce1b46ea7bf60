import type { RequestHandler, Response } from 'express';
import { guardBrowser } from '../../support/browser-guard.ts';
import { steadyNow } from '../../support/clock.ts';
import type { Logger } from '../../support/logger.ts';
import { sameSecret } from '../../support/same-secret.ts';
import { AttemptLimit } from './attempt-limit.ts';

/** Lets no page of another site in. The Host is checked where no token is asked for. */
export function browserDoor(hostCheck?: { readonly configuredHost: string }): RequestHandler {
  const options = { allowedOrigins: [], ownPages: true, ...(hostCheck === undefined ? {} : { hostCheck }) };
  return (request, response, next) => {
    const verdict = guardBrowser(request.headers, options);
    if (verdict.kind === 'allowed') next();
    else refuse(response, 403, verdict.reason);
  };
}

/** Lets in who shows the token. A missing one is no attempt: a browser and `curl` begin without. */
export function tokenDoor(token: string, logger: Logger): RequestHandler {
  const limit = new AttemptLimit();
  return (request, response, next) => {
    const remote = request.socket.remoteAddress ?? '';
    const shown = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
    const waitMs = limit.waitMs(remote, steadyNow());
    if (waitMs > 0) {
      response.set('Retry-After', String(Math.ceil(waitMs / 1_000)));
      refuse(response, 429, 'too many wrong tokens');
    } else if (shown === undefined) {
      response.set('WWW-Authenticate', 'Bearer');
      refuse(response, 401, 'the token is missing: send Authorization: Bearer');
    } else if (sameSecret(shown, token)) {
      next();
    } else {
      limit.failed(remote, steadyNow());
      logger.warn('a wrong token was shown to the admin listener', { remote });
      refuse(response, 403, 'the token is wrong');
    }
  };
}

/** Every refusal is JSON with one sentence. */
export function refuse(response: Response, status: number, error: string): void {
  response.status(status).json({ error });
}
