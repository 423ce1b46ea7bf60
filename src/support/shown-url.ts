const MASK = '***';

/**
 * An address without the parts that may be secret: the user, and each value of the query, since a token may have any
 * name there. Use it for everything that a person or a program is shown: log, status, check, dashboard.
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

/**
 * The values in the query of an address whose name says that they are secret. The log masks them, because messages of
 * other programs may quote them.
 */
export function secretsInUrl(address: string): string[] {
  if (!URL.canParse(address)) return [];
  return [...new URL(address).searchParams].filter(([name]) => SECRET_NAME.test(name)).map(([, value]) => value);
}

/** Other values may be short, common words. Masking them would damage many log lines. */
const SECRET_NAME = /token|secret|key|pass|pwd|auth|sign/i;

/** The `Location` header of an answer, without query and user. Undefined where it says nothing. */
export function shownLocation(header: string | readonly string[] | undefined): string | undefined {
  const location = typeof header === 'string' ? header : header?.[0];
  if (location === undefined || location === '') return undefined;
  const address = location.replace(/[?#].*$/s, '').replace(/(:\/\/)[^/]*@/, '$1');
  return address.slice(0, MAX_LOCATION_LENGTH);
}

/** The peer chooses the length of the header. */
const MAX_LOCATION_LENGTH = 200;
