import type { IncomingHttpHeaders } from 'node:http';
import { isNoAccount, normalSelfId } from './bot-frame.ts';

/**
 * Reads the headers of a bot's upgrade or report. Implementations write the role and the scheme of the token in
 * different cases. Without a token some send `Bearer ` and nothing after it; without an account some send `None`.
 */

/** The part that a reverse-WebSocket connection plays (OneBot 11, `communication/ws-reverse.md`). */
export type Role = 'Universal' | 'API' | 'Event';

const ROLES = new Map<string, Role>([
  ['universal', 'Universal'],
  ['api', 'API'],
  ['event', 'Event'],
]);

/** The role in `X-Client-Role`, any case; `Universal` where it is missing; undefined for a word that is no role. */
export function readRole(headers: IncomingHttpHeaders): Role | undefined {
  const role = header(headers, 'x-client-role');
  return role === undefined ? 'Universal' : ROLES.get(role.toLowerCase());
}

export type SelfIdHeader =
  | { readonly kind: 'missing' }
  | { readonly kind: 'self-id'; readonly selfId: string }
  | { readonly kind: 'unsound' };

export function readSelfIdHeader(headers: IncomingHttpHeaders): SelfIdHeader {
  const text = header(headers, 'x-self-id');
  if (text === undefined || isNoAccount(text)) return { kind: 'missing' };
  const selfId = normalSelfId(text);
  return selfId === undefined ? { kind: 'unsound' } : { kind: 'self-id', selfId };
}

/**
 * The token that a peer shows: from `Authorization`, else from `?access_token=`.
 *
 * @param url The request target, `/ws?access_token=...`.
 */
export function readToken(headers: IncomingHttpHeaders, url: string): string | undefined {
  const shown = readAuthorization(headers);
  if (shown !== undefined) return shown;
  const query = url.indexOf('?');
  if (query < 0) return undefined;
  // In a form `+` means a blank. A token has no blank, so a `+` here is a plus sign that the peer did not escape.
  const text = url.slice(query + 1).replaceAll('+', '%2B');
  return new URLSearchParams(text).get('access_token') || undefined;
}

/** The token in `Authorization`: after `Bearer` or `Token` in any case, or alone as some clients send it. */
export function readAuthorization({ authorization = '' }: IncomingHttpHeaders): string | undefined {
  const text = authorization.trim();
  const behindScheme = /^(?:bearer|token)\s+(\S.*)$/i.exec(text)?.[1];
  if (behindScheme !== undefined) return behindScheme;
  // Two words are another scheme, such as Basic. A scheme alone means that there is no token.
  return /^\S+$/.test(text) && !/^(?:bearer|token|basic|digest)$/i.test(text) ? text : undefined;
}

/** A single header's text without blanks around; undefined where it is missing or empty. */
export function header(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  const text = (Array.isArray(value) ? value[0] : value)?.trim();
  return text === undefined || text === '' ? undefined : text;
}
