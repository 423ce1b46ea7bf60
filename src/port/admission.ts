import type { IncomingHttpHeaders } from 'node:http';
import type { PortConfig } from '../config/types.ts';
import { header, readToken } from '../onebot/identity.ts';
import { isSignedBy } from '../onebot/signature.ts';
import type { RefusalWords } from '../support/refusal-fields.ts';
import { sameSecret } from '../support/same-secret.ts';
import { text, type Words } from '../support/text.ts';

/** Whether a bot is let in, by what its headers show. `signature`: that depends on its body. */
export type Admission =
  | { readonly kind: 'admitted' }
  | { readonly kind: 'signature'; readonly signature: string; readonly key: string }
  | Refusal;

export interface Refusal extends RefusalWords {
  readonly kind: 'refused';
  readonly status: 400 | 401 | 403 | 404 | 405 | 406 | 413 | 415 | 417 | 426 | 503;
  /** The peer has been told already; it is only to be logged. */
  readonly isAnswered?: boolean;
}

/** @param cure What the operator can change. */
export function refused(status: Refusal['status'], reason: Words, cure?: Words): Refusal {
  return { kind: 'refused', status, reason, ...(cure === undefined ? {} : { cure }) };
}

const ADMITTED: Admission = { kind: 'admitted' };

/** A bot's WebSocket upgrade: the token alone counts. 401 when it is missing, 403 when it is wrong. */
export function admitUpgrade(headers: IncomingHttpHeaders, url: string, config: PortConfig): Admission {
  if (config.accessToken === undefined) return ADMITTED;
  const token = readToken(headers, url);
  if (token === undefined) return refused(401, text`access_token is missing`, TOKEN_OF_BOTS);
  return sameSecret(token, config.accessToken) ? ADMITTED : refused(403, text`access_token is wrong`, TOKEN_OF_BOTS);
}

const TOKEN_OF_BOTS = text`enter access_token of the config as the token of the bot; tokens of server_list are for applications`;
const SECRET_OF_BOTS = text`enter secret of the config (without one access_token) as the secret of the HTTP reports of the bot`;

/**
 * Checks a bot's report. With a `secret` the report has to be signed. Without a `secret` the bot shows the token, or
 * signs with it: some implementations sign their POSTs with their token and send no `Authorization`.
 */
export function admitReport(headers: IncomingHttpHeaders, url: string, config: PortConfig): Admission {
  const signature = header(headers, 'x-signature');
  if (config.secret !== undefined) {
    return signature === undefined
      ? refused(401, text`X-Signature is missing`, SECRET_OF_BOTS)
      : { kind: 'signature', signature, key: config.secret };
  }
  const byToken = admitUpgrade(headers, url, config);
  if (byToken.kind === 'refused' && signature !== undefined && config.accessToken !== undefined) {
    return { kind: 'signature', signature, key: config.accessToken };
  }
  return byToken;
}

/** The second half of {@link admitReport}, once the body is there. */
export function admitBody(admission: Exclude<Admission, Refusal>, body: Buffer): Refusal | undefined {
  if (admission.kind === 'admitted' || isSignedBy(body, admission.key, admission.signature)) return undefined;
  return refused(403, text`X-Signature is wrong`, SECRET_OF_BOTS);
}
