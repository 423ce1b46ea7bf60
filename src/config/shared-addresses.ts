/** Finds two servers with one address. The config is legal, but surely not what the operator means. */
import { type Text, text } from '../support/text.ts';
import type { KeyPath } from './findings.ts';
import { isLoopback, urlHost } from './hosts.ts';
import { DEFAULT_SERVER_HOST, type ServerSettings } from './schema.ts';

/** The settings of a server, with the protocol that it uses. */
export type AddressedServer = ServerSettings & { readonly as: 'websocket' | 'http' | 'listen' };

/** Warns of each server that has the address of an earlier one, unless the two have no bot in common. */
export function checkSharedAddresses(
  servers: ReadonlyMap<string, AddressedServer>,
  warn: (path: KeyPath, message: Text) => void,
): void {
  const owners = new Map<string, string>();
  for (const [name, server] of servers) {
    const address = server.enabled ? addressOf(server) : undefined;
    if (address === undefined) continue;
    const owner = owners.get(address);
    if (owner === undefined) owners.set(address, name);
    else if (haveCommonBot(servers.get(owner), server)) {
      const key = server.url === undefined ? 'port' : 'url';
      warn(['server_list', name, key], consequence(owner, server.as));
    }
  }
}

function consequence(owner: string, protocol: AddressedServer['as']): Text {
  return protocol === 'http'
    ? text`is the address of ${owner} too: the application gets every event twice`
    : text`is the address of ${owner} too: the application gets every event twice, and may lose its link when one of the two goes`;
}

/**
 * The address in one spelling, so that two can be compared. Undefined for a server without an address or with an
 * invalid one.
 */
function addressOf({ as, url, host = DEFAULT_SERVER_HOST, port, path }: AddressedServer): string | undefined {
  if (as === 'listen' || (url === undefined && port === undefined)) return undefined;
  const [scheme, preset] = as === 'websocket' ? ['ws', '/ws/'] : ['http', '/'];
  const address = url ?? `${scheme}://${urlHost(host)}:${port}${path ?? preset}`;
  if (!URL.canParse(address)) return undefined;
  const { protocol, hostname, port: shownPort, pathname, search } = new URL(address);
  const shownHost = isLoopback(hostname.replace(/^\[(.*)\]$/, '$1')) ? 'loopback' : hostname;
  return `${protocol}//${shownHost}:${shownPort}${pathname.replace(/\/+$/, '')}${search}`;
}

function haveCommonBot(one: ServerSettings | undefined, other: ServerSettings): boolean {
  return one?.bots === undefined || other.bots === undefined || one.bots.some((bot) => other.bots?.includes(bot));
}
