import { BlockList, isIP, isIPv6 } from 'node:net';

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

const WILDCARDS: ReadonlySet<string> = new Set(['', '0.0.0.0', '::']);

/** A host as node:net takes it, from an address or name with or without IPv6 brackets; nothing when it is neither. */
export function readHost(text: string): string | undefined {
  const host = text.replace(/^\[(.*)\]$/, '$1');
  if (isIP(host) !== 0) return host;
  return /^[\p{L}\p{N}_][\p{L}\p{N}_.-]*$/u.test(text) && URL.canParse(`http://${text}/`) ? text : undefined;
}

/** The host as a URL writes it: IPv6 in brackets. */
export function urlHost(host: string): string {
  return isIPv6(host) ? `[${host}]` : host;
}

/** Only what needs no name server to be known: 127.0.0.0/8, `::1` and `localhost`. */
export function isLoopback(host: string): boolean {
  return (
    host.toLowerCase() === 'localhost' || (isIP(host) !== 0 && LOOPBACK.check(host, isIPv6(host) ? 'ipv6' : 'ipv4'))
  );
}

/** Whether a listener on `host` takes connections on every address of the machine. */
export function isWildcard(host: string): boolean {
  return WILDCARDS.has(host);
}

/** Whether two hosts are surely one: a connection to either reaches a listener on the other. */
export function isSameHost(one: string, other: string): boolean {
  const others = addressesOf(other);
  return addressesOf(one).some((address) => others.includes(address));
}

function addressesOf(host: string): readonly string[] {
  const name = host.toLowerCase();
  return name === 'localhost' ? ['127.0.0.1', '::1'] : [name];
}
