import type { IncomingHttpHeaders } from 'node:http';
import { BlockList, isIP, isIPv4 } from 'node:net';
import { type Text, text } from './text.ts';

/** The headers by which a browser gives itself away. */
export type BrowserHeaders = Pick<IncomingHttpHeaders, 'origin' | 'sec-fetch-site' | 'host'>;

export interface BrowserGuardOptions {
  /** Origins of web pages that are let in, lower case, without a trailing slash. `null` never is. */
  readonly allowedOrigins: readonly string[];
  /** Whether the listener serves pages of its own, which may then use it. Default false. */
  readonly ownPages?: boolean;
  /** Given where no token protects the listener: a rebound DNS name must not reach it. */
  readonly hostCheck?: { readonly configuredHost: string };
}

export type BrowserVerdict =
  | { readonly kind: 'allowed' }
  | {
      readonly kind: 'refused';
      readonly cause: 'page' | 'host';
      /** The reason, for the log and the answer. */
      readonly reason: Text;
    };

const ALLOWED: BrowserVerdict = { kind: 'allowed' };

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
LOOPBACK.addAddress('::1', 'ipv6');

const WILDCARDS: readonly string[] = ['', '0.0.0.0', '::'];

/**
 * Keeps web pages from using a listener behind the back of whoever looks at them. Bots and applications send neither
 * `Origin` nor `Sec-Fetch-Site`. A browser sends `Origin` with every POST and WebSocket, and `Sec-Fetch-Site` with
 * everything to https or loopback; so only a GET to a plain address elsewhere shows neither.
 */
export function guardBrowser(headers: BrowserHeaders, options: BrowserGuardOptions): BrowserVerdict {
  const page = foreignPage(headers, options);
  if (page !== undefined) return { kind: 'refused', cause: 'page', reason: page };
  const host = foreignHost(headers.host, options.hostCheck?.configuredHost);
  return host === undefined ? ALLOWED : { kind: 'refused', cause: 'host', reason: host };
}

function foreignPage(headers: BrowserHeaders, options: BrowserGuardOptions): Text | undefined {
  const origin = headers.origin?.toLowerCase();
  if (origin !== undefined && origin !== 'null' && options.allowedOrigins.includes(origin)) return undefined;
  const own = options.ownPages === true;
  if (origin !== undefined && !(own && isOrigin(origin, headers.host))) {
    return text`the Origin of a web page is not in allowed_origins`;
  }
  const site = headers['sec-fetch-site']?.toLowerCase();
  if (site === undefined || site === 'none' || (own && site === 'same-origin')) return undefined;
  return text`a web page asked for it (Sec-Fetch-Site)`;
}

function isOrigin(origin: string, host: string | undefined): boolean {
  return host !== undefined && /^https?:\/\/(.*)$/.exec(origin)?.[1] === host.toLowerCase();
}

/**
 * Why that `Host` may be the doing of a web page, where no token protects what is asked for.
 *
 * A name that an attacker rebinds to this address is a public one, with dots. So addresses and, on a listener for all
 * addresses, names without dots (of containers) are no danger.
 */
export function foreignHost(host: string | undefined, configuredHost: string | undefined): Text | undefined {
  if (configuredHost === undefined || host === undefined || host === '') return undefined;
  if (host === lastHarmless.host && configuredHost === lastHarmless.configuredHost) return undefined;
  const reason = judgeHost(host, configuredHost);
  if (reason === undefined) lastHarmless = { host, configuredHost };
  return reason;
}

/** A bot sends the same one with each report, and the look at it is a tenth of what a report costs. */
let lastHarmless = { host: '', configuredHost: '' };

function judgeHost(host: string, configuredHost: string): Text | undefined {
  const name = hostName(host);
  const configured = hostName(configuredHost);
  if (isLoopback(name) || name === configured) return undefined;
  if (WILDCARDS.includes(configured) && (isIP(name) !== 0 || /^[a-z0-9_-]+$/.test(name))) return undefined;
  return text`the Host is neither loopback nor the configured host`;
}

/** Whether the headers have `Host` more than once. Node's `headers` only has the first. */
export function hasTwoHosts(rawHeaders: readonly string[]): boolean {
  let hosts = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at];
    // Every request passes here, and comparing the length first is cheap.
    if (name?.length === 4 && name.toLowerCase() === 'host') hosts += 1;
  }
  return hosts > 1;
}

/** Whether a peer of that address is on this machine. */
export function isLoopbackAddress(address: string): boolean {
  return isIP(address) !== 0 && LOOPBACK.check(address, isIPv4(address) ? 'ipv4' : 'ipv6');
}

function isLoopback(name: string): boolean {
  if (isIP(name) !== 0) return isLoopbackAddress(name);
  return name === 'localhost' || /^[a-z0-9_.-]+\.localhost$/.test(name);
}

/** Lower case, without port, brackets and the dot of a fully qualified name. */
function hostName(host: string): string {
  const name = host.trim().toLowerCase();
  if (isIP(name) !== 0) return name;
  return (/^\[([^\]]*)\](?::\d*)?$/.exec(name)?.[1] ?? name.replace(/:\d*$/, '')).replace(/\.$/, '');
}
