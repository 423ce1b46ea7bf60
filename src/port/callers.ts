import type { IncomingHttpHeaders } from 'node:http';
import type { PortConfig, ServerConfig } from '../config/types.ts';
import { readToken } from '../onebot/identity.ts';
import { sameSecret } from '../support/same-secret.ts';
import { type Refusal, refused } from './admission.ts';

export type CallerVerdict =
  | {
      readonly kind: 'caller';
      /** Absent: an application that showed no token and named no server. */
      readonly server?: ServerConfig;
      /** Whether its token was shown. */
      readonly byToken: boolean;
      /** The path behind the server's name, without slashes at its ends: the action. */
      readonly path: string;
    }
  | Refusal;

/**
 * Tells which server an application is: the one whose token it shows. Without a token, where `anonymous_calls` holds,
 * the server that its path names (`/<server name>/<action>`), else none.
 */
export class Callers {
  readonly #port: PortConfig;
  readonly #servers: ReadonlyMap<string, ServerConfig>;

  constructor(port: PortConfig, servers: Iterable<ServerConfig>) {
    this.#port = port;
    this.#servers = new Map([...servers].filter(({ enabled }) => enabled).map((server) => [server.name, server]));
  }

  /** @param url The request target. */
  identify(headers: IncomingHttpHeaders, url: string): CallerVerdict {
    const { server: named, path } = this.#splitPath(pathOf(url));
    const token = readToken(headers, url);
    if (token !== undefined) return this.#byToken(token, named, path);
    if (!this.#port.anonymousCalls) return refused(401, 'calls need the access_token of a server of server_list');
    return { kind: 'caller', byToken: false, path, ...(named === undefined ? {} : { server: named }) };
  }

  #byToken(token: string, named: ServerConfig | undefined, path: string): CallerVerdict {
    const isMeant = ({ accessToken }: ServerConfig) => accessToken !== undefined && sameSecret(token, accessToken);
    const candidates = named === undefined ? [...this.#servers.values()] : [named];
    const server = candidates.find(isMeant);
    if (server !== undefined) return { kind: 'caller', server, byToken: true, path };
    const isBots = this.#port.accessToken !== undefined && sameSecret(token, this.#port.accessToken);
    return refused(403, isBots ? 'the access_token of the bots makes no calls' : 'access_token is wrong');
  }

  #splitPath(path: string): { server: ServerConfig | undefined; path: string } {
    const slash = path.indexOf('/');
    const server = slash < 0 ? undefined : this.#servers.get(path.slice(0, slash));
    return { server, path: server === undefined ? path : path.slice(slash + 1) };
  }
}

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
