/** An address without its query and user, which may hold a token. */
export function shownUrl(address: string): string {
  const { protocol, host, pathname } = new URL(address);
  return `${protocol}//${host}${pathname}`;
}

/** What the header `Location` of an answer says, without query and user; undefined where it says nothing. */
export function shownLocation(header: string | readonly string[] | undefined): string | undefined {
  const location = typeof header === 'string' ? header : header?.[0];
  if (location === undefined || location === '') return undefined;
  const address = URL.canParse(location) ? shownUrl(location) : location.replace(/[?#].*$/s, '');
  return address.slice(0, MAX_LOCATION_LENGTH);
}

/** It comes from a peer. */
const MAX_LOCATION_LENGTH = 200;
