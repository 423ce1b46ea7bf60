import type { Config } from '../config/types.ts';

/** Every value of a config that no log line may show. */
export function secretsOf({ port, servers, admin }: Config): string[] {
  const ofServers = [...servers.values()].flatMap((server) => [
    server.accessToken,
    server.protocol === 'http' ? server.secret : undefined,
  ]);
  return [port.accessToken, port.secret, admin.token, ...ofServers].filter((secret) => secret !== undefined);
}
