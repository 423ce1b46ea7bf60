import type { IncomingHttpHeaders } from 'node:http';
import { normalSelfId } from './bot-frame.ts';

/**
 * Who connects: the headers of a bot's upgrade or report. wire.md, section 2: implementations differ in the case
 * of the role, the scheme of the token, and send `Bearer ` with nothing behind it when they have none.
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
  if (text === undefined) return { kind: 'missing' };
  const selfId = normalSelfId(text);
  return selfId === undefined ? { kind: 'unsound' } : { kind: 'self-id', selfId };
}

/**
 * The token that a peer shows: `Authorization: Bearer` or `Token` in any case, else `?access_token=`.
 *
 * @param url The request target, `/ws?access_token=...`.
 */
export function readToken(headers: IncomingHttpHeaders, url: string): string | undefined {
  const match = /^(?:bearer|token)\s+(\S.*)$/i.exec(headers.authorization?.trim() ?? '');
  if (match?.[1] !== undefined) return match[1];
  const query = url.indexOf('?');
  if (query < 0) return undefined;
  return new URLSearchParams(url.slice(query + 1)).get('access_token') || undefined;
}

/** A single header's text without blanks around; undefined where it is missing or empty. */
export function header(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  const text = (Array.isArray(value) ? value[0] : value)?.trim();
  return text === undefined || text === '' ? undefined : text;
}
