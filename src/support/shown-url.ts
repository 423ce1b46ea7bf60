const MASK = '***';

/**
 * An address without what may be a secret in it: its user, and each value of its query, since tokens stand there under
 * any name. For whatever a person or program is shown: log, status, check, dashboard.
 */
export function shownUrl(address: string): string {
  const [, before = '', query] = /^([^?#]*)(?:\?([^#]*))?/.exec(address) ?? [];
  const place = before.replace(/(:\/\/)[^/]*@/, `$1${MASK}@`);
  if (query === undefined || query === '') return place;
  const masked = query.split('&').map((field) => {
    const value = field.indexOf('=');
    return value < 0 ? MASK : `${field.slice(0, value + 1)}${MASK}`;
  });
  return `${place}?${masked.join('&')}`;
}

/** The values in the query of an address that are secret by their name, for the log, which other programs' words may bring them into. */
export function secretsInUrl(address: string): string[] {
  if (!URL.canParse(address)) return [];
  return [...new URL(address).searchParams].filter(([name]) => SECRET_NAME.test(name)).map(([, value]) => value);
}

/** Other values are as short and as common as words; they would be masked all over the log. */
const SECRET_NAME = /token|secret|key|pass|pwd|auth|sign/i;

/** What the header `Location` of an answer says, without query and user; undefined where it says nothing. */
export function shownLocation(header: string | readonly string[] | undefined): string | undefined {
  const location = typeof header === 'string' ? header : header?.[0];
  if (location === undefined || location === '') return undefined;
  const address = location.replace(/[?#].*$/s, '').replace(/(:\/\/)[^/]*@/, '$1');
  return address.slice(0, MAX_LOCATION_LENGTH);
}

/** It comes from a peer. */
const MAX_LOCATION_LENGTH = 200;
