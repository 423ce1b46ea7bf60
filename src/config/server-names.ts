import type { FileValue } from './compose.ts';

/** Of paths on the port. */
const RESERVED: ReadonlySet<string> = new Set(['api', 'event', 'ws', '_events']);

/** The entry under a name that `server_list` and `bots` take and that is still free: `app`, `app-2`. */
export function addEntry(entries: Record<string, FileValue>, wanted: string, entry: FileValue): void {
  const cleaned = wanted.replace(/[/\p{Cc}]/gu, ' ').trim();
  const base = cleaned === '' || RESERVED.has(cleaned) ? 'app' : cleaned;
  entries[freeName(entries, base)] = entry;
}

/** `app`, or `app-2` if `app` is used already. */
export function freeName(entries: Readonly<Record<string, FileValue>>, base: string): string {
  let name = base;
  for (let count = 2; Object.hasOwn(entries, name); count += 1) name = `${base}-${count}`;
  return name;
}

/** The port of an address of this machine; undefined for another's. */
export function localPort(address: string): number | undefined {
  if (!URL.canParse(address)) return undefined;
  const { hostname, port, protocol } = new URL(address);
  if (!['127.0.0.1', 'localhost', '[::1]', '0.0.0.0'].includes(hostname)) return undefined;
  return port === '' ? (/^(wss|https):$/.test(protocol) ? 443 : 80) : Number(port);
}
