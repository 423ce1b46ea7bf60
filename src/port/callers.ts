import type { IncomingHttpHeaders } from 'node:http';
import type { PortConfig, ServerConfig } from '../config/types.ts';
import { isNoAccount, normalSelfId } from '../onebot/bot-frame.ts';
import { readToken } from '../onebot/identity.ts';
import { foreignHost } from '../support/browser-guard.ts';
import { sameSecret } from '../support/same-secret.ts';
import { text } from '../support/text.ts';
import { type Refusal, refused } from './admission.ts';

export type CallerVerdict =
  | {
      readonly kind: 'caller';
      /** Absent: an application that showed no token and named no server. */
      readonly server?: ServerConfig;
      /** Whether its token was shown. */
      readonly byToken: boolean;
      /** The path behind the server's name, without slashes at its ends: the action, or what is connected to. */
      readonly path: string;
    }
  | Refusal;

/**
 * Tells which server an application is: the one whose token it shows. Without a token, where `anonymous_calls` holds,
 * the server that its path names (`/<server name>/...`), else the only `listen` server that has no token, else none.
 */
export class Callers {
  readonly #port: PortConfig;
  readonly #servers: ReadonlyMap<string, ServerConfig>;
  readonly #onlyOpenListener: ServerConfig | undefined;

  constructor(port: PortConfig, servers: Iterable<ServerConfig>) {
    this.#port = port;
    const enabled = [...servers].filter((server) => server.enabled);
    // Of two with one token it is the one that dials in.
    enabled.sort((a, b) => Number(b.protocol === 'listen') - Number(a.protocol === 'listen'));
    this.#servers = new Map(enabled.map((server) => [server.name, server]));
    const open = enabled.filter(({ protocol, accessToken }) => protocol === 'listen' && accessToken === undefined);
    this.#onlyOpenListener = open.length === 1 ? open[0] : undefined;
  }

  /**
   * @param url The request target.
   * @param target What a path of one segment means: an action, or what the server of that name is connected to by.
   */
  identify(headers: IncomingHttpHeaders, url: string, target: 'action' | 'connection'): CallerVerdict {
    const { server: named, path } = this.#splitPath(pathOf(url), target);
    const token = readToken(headers, url);
    if (token !== undefined) return this.#byToken(token, named, path);
    if (!this.#port.anonymousCalls)
      return refused(401, text`the access_token of a server of server_list is missing`, TOKEN_OF_SERVER);
    // With a token for the bots the port takes any Host; a caller without one could be a page whose name was rebound.
    const foreign = foreignHost(headers.host, this.#port.host);
    if (foreign !== undefined) return refused(403, foreign, FOREIGN_HOST);
    if (named?.protocol === 'listen' && named.accessToken !== undefined) {
      return refused(401, text`the access_token of server ${named.name} is missing`, TOKEN_OF_SERVER);
    }
    const server = named ?? this.#onlyOpenListener;
    return { kind: 'caller', byToken: false, path, ...(server === undefined ? {} : { server }) };
  }

  #byToken(token: string, named: ServerConfig | undefined, path: string): CallerVerdict {
    const server = this.#ownersOf(token).find((owner) => named === undefined || owner === named);
    if (server !== undefined) return { kind: 'caller', server, byToken: true, path };
    const isBots = this.#port.accessToken !== undefined && sameSecret(token, this.#port.accessToken);
    return isBots
      ? refused(403, text`the access_token of the bots makes no calls`, TOKEN_OF_SERVER)
      : refused(403, text`access_token is wrong`, TOKEN_OF_SERVER);
  }

  /**
   * Whether the token or the path belongs to a server that dials in. The peer is then no bot, whatever its other
   * headers say.
   */
  isListenServer(headers: IncomingHttpHeaders, url: string): boolean {
    const token = readToken(headers, url);
    const { accessToken } = this.#port;
    if (token !== undefined && accessToken !== undefined && sameSecret(token, accessToken)) return false;
    if (this.#splitPath(pathOf(url), 'connection').server?.protocol === 'listen') return true;
    return this.#ownersOf(token).some(({ protocol }) => protocol === 'listen');
  }

  /**
   * Whether the peer shows the token of a server. A web page whose host name was rebound to this address knows no
   * token.
   */
  showsToken(headers: IncomingHttpHeaders, url: string): boolean {
    return this.#ownersOf(readToken(headers, url)).length > 0;
  }

  #ownersOf(token: string | undefined): readonly ServerConfig[] {
    if (token === undefined) return [];
    const owns = ({ accessToken }: ServerConfig) => accessToken !== undefined && sameSecret(token, accessToken);
    return [...this.#servers.values()].filter(owns);
  }

  #splitPath(path: string, target: 'action' | 'connection'): { server: ServerConfig | undefined; path: string } {
    const slash = path.indexOf('/');
    if (slash < 0 && target === 'action') return { server: undefined, path };
    const [name, rest] = slash < 0 ? [path, ''] : [path.slice(0, slash), path.slice(slash + 1)];
    const server = this.#servers.get(name);
    return { server, path: server === undefined ? path : rest };
  }
}

/** The advice for a peer that shows no token. */
export const FOREIGN_HOST = text`call the bridge by its address, or set access_token and show it: then any name is right`;

const TOKEN_OF_SERVER = text`show the access_token of its entry in server_list`;

/** Decoded, without query and without slashes at its ends; of a broken encoding the text as it is. */
export function pathOf(url: string): string {
  const [target = ''] = url.split('?', 1);
  const path = target.replace(/^\/+|\/+$/g, '');
  try {
    return decodeURIComponent(path);
  } catch {
    // No action and no server is named so: what is asked for is found nowhere.
    return path;
  }
}

export function queryOf(url: string): URLSearchParams {
  const at = url.indexOf('?');
  return new URLSearchParams(at < 0 ? '' : url.slice(at + 1));
}

/** The bot that `?self_id=` asks for; null where that can't be an account id. */
export function wantedBot(url: string): string | undefined | null {
  const text = queryOf(url).get('self_id') ?? '';
  return isNoAccount(text) ? undefined : (normalSelfId(text) ?? null);
}
