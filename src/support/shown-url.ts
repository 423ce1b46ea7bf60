/** An address without its query and user, which may hold a token. */
export function shownUrl(address: string): string {
  const { protocol, host, pathname } = new URL(address);
  return `${protocol}//${host}${pathname}`;
}
