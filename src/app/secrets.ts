import type { Config } from '../config/types.ts';
import { secretsInUrl } from '../support/shown-url.ts';

/** Every value of a config that no log line may show. */
export function secretsOf({ port, bots, servers, admin }: Config): string[] {
  const ofBots = [...bots.dialled.values()].flatMap(({ accessToken, url, apiUrl }) => [
    accessToken,
    ...[url, apiUrl].flatMap((address) => secretsInUrl(address ?? '')),
  ]);
  const ofServers = [...servers.values()].flatMap((server) => [
    server.accessToken,
    server.protocol === 'http' ? server.secret : undefined,
    ...('url' in server ? secretsInUrl(server.url) : []),
  ]);
  return [port.accessToken, port.secret, admin.token, ...ofBots, ...ofServers].filter((secret) => secret !== undefined);
}
